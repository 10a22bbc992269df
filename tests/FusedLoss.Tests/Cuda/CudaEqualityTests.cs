using System.Runtime.InteropServices;

namespace FusedLoss.Tests.Cuda;

/// <summary>One definition of a loss: what it makes of an element has the same bits on a GPU as on a CPU with FMA. Only
/// that a number is NaN is the same, not which NaN it is.</summary>
[Collection(Gpu.Collection)]
public class CudaEqualityTests
{
    private const int Seed = 20251122;

    private static readonly nint[] Lengths = [1, 513, 16_385];

    /// <summary>Whether there is nothing to compare.</summary>
    public static bool IsMissing => Gpu.IsMissing || !Rows.Fma.Any();

    public static TheoryData<string, Precision> Pointwise => Rows.Pointwise();

    [Theory(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation, or no FMA")]
    [MemberData(nameof(Pointwise))]
    public void TermsAndGradientsHaveTheCpusBits(string name, Precision precision)
    {
        var loss = LossCatalogue.PointwiseNamed(name);
        var plan = new CheckPlan { Precision = precision, Reduction = Reduction.None, Isa = Rows.Fma.First() };
        foreach (var length in Lengths)
        {
            var same = precision switch
            {
                Precision.Float32 => Same<float>(loss, plan, length),
                Precision.Float64 => Same<double>(loss, plan, length),
                Precision.Float16 => Same<Half>(loss, plan, length),
                _ => Same<BFloat16>(loss, plan, length),
            };
            Assert.True(same, $"{name} of {length} elements has other bits on the GPU.");
        }
    }

    private static bool Same<T>(PointwiseCase loss, CheckPlan plan, nint length)
        where T : unmanaged
    {
        var sample = loss.Inputs.Sample<T>((int)length, Seed);
        var (here, there) = (Bits(plan), Bits(plan with { Gpu = Gpu.Context }));
        var terms = sizeof(double) + (int)length * (typeof(T) == typeof(double) ? sizeof(double) : sizeof(float));
        return here.AsSpan(sizeof(double)..terms).SequenceEqual(there.AsSpan(sizeof(double)..terms)) // before: no loss
            && Same<T>(here.AsSpan(terms), there.AsSpan(terms));

        byte[] Bits(CheckPlan on) => new PointwiseCheck<T>(loss, on, [length], sample).Bits();
    }

    private static bool Same<T>(Span<byte> here, Span<byte> there)
        where T : unmanaged
    {
        Span<T> a = MemoryMarshal.Cast<byte, T>(here), b = MemoryMarshal.Cast<byte, T>(there);
        for (var i = 0; i < a.Length; i++)
        {
            var isNaN = double.IsNaN(Element.Value(a[i])) && double.IsNaN(Element.Value(b[i]));
            if (!isNaN && !MemoryMarshal.AsBytes(a.Slice(i, 1)).SequenceEqual(MemoryMarshal.AsBytes(b.Slice(i, 1))))
                return false;
        }

        return a.Length == b.Length;
    }
}
