namespace FusedLoss.Tests.Accuracy;

/// <summary>The kernels' own conversions of the 16-bit types: every pattern that they read, every way that what they
/// write can round.</summary>
public class NarrowTests
{
    public static TheoryData<InstructionSet> Isas => [.. LossContext.AvailableInstructionSets];

    [Theory, MemberData(nameof(Isas))]
    public void EveryHalfIsRead(InstructionSet isa) =>
        Read(isa, bits => BitConverter.UInt16BitsToHalf(bits), value => (float)value);

    [Theory, MemberData(nameof(Isas))]
    public void EveryBFloat16IsRead(InstructionSet isa) =>
        Read(isa, BFloat16.FromBits, value => (float)value);

    [Theory, MemberData(nameof(Isas))]
    public void HalvesAreRoundedToNearestEven(InstructionSet isa) => Write(
        isa, Numbers(bits => (float)BitConverter.UInt16BitsToHalf(bits), 0x7C00, beyond: 65536), value => (Half)value,
        Half.IsNaN);

    [Theory, MemberData(nameof(Isas))]
    public void BFloat16sAreRoundedToNearestEven(InstructionSet isa) => Write(
        isa, Numbers(bits => (float)BFloat16.FromBits(bits), 0x7F80, beyond: float.PositiveInfinity),
        value => (BFloat16)value, BFloat16.IsNaN);

    // The term of a similar pair is its distance: the input itself, as the kernel sees it.
    private static void Read<T>(InstructionSet isa, Func<ushort, T> pattern, Func<T, float> widen) where T : unmanaged
    {
        var input = Enumerable.Range(0, 1 << 16).Select(bits => pattern((ushort)bits)).ToArray();
        var (target, losses) = (new T[input.Length], new float[input.Length]);
        Array.Fill(target, Element.Of<T>(1));
        Loss.HingeEmbedding<T>(
            new() { Input = input, Target = target, Losses = losses }, new() { Reduction = Reduction.None },
            CatalogueRunner.ContextOf(isa, 1));
        for (var i = 0; i < input.Length; i++)
            Assert.True(widen(input[i]).Equals(losses[i]), $"0x{i:X4} is {widen(input[i]):R}, read as {losses[i]:R}");
    }

    // The gradient of |x - t| is the sign, here 1, times what flows in: any float32 number.
    private static void Write<T>(InstructionSet isa, float[] numbers, Func<float, T> round, Func<T, bool> isNaN)
        where T : unmanaged
    {
        var (ones, zeros, gradient) = (new T[numbers.Length], new T[numbers.Length], new T[numbers.Length]);
        Array.Fill(ones, Element.Of<T>(1));
        foreach (var inPlace in new[] { false, true })
        {
            var written = inPlace ? ones : gradient;
            Loss.L1<T>(
                new() { Input = ones, Target = zeros, Upstream = numbers, Gradient = written },
                new() { Reduction = Reduction.None }, CatalogueRunner.ContextOf(isa, 1));
            for (var i = 0; i < numbers.Length; i++)
            {
                var (expected, actual) = (round(numbers[i]), written[i]);
                var same = isNaN(expected) ? isNaN(actual) : expected.Equals(actual);
                Assert.True(same, $"{numbers[i]:R} becomes {actual}, not {expected} (in place: {inPlace})");
            }
        }
    }

    // Every finite number of the type, the ties above it, what is next to the ties; then what is far away.
    private static float[] Numbers(Func<ushort, float> pattern, int infinity, float beyond)
    {
        var numbers = new List<float>
        {
            float.NaN, BitConverter.UInt32BitsToSingle(0x7F800001), BitConverter.UInt32BitsToSingle(0xFFFFFFFF),
            float.PositiveInfinity, float.MaxValue, float.Epsilon, 1e-42f, 1e-38f, 1e30f, 1e38f, 70000, 65519.996f,
        };
        for (var bits = 0; bits < infinity; bits++)
        {
            var (low, high) = (pattern((ushort)bits), bits + 1 == infinity ? beyond : pattern((ushort)(bits + 1)));
            numbers.Add(low);
            var tie = float.IsInfinity(high) ? BitConverter.UInt32BitsToSingle(0x7F7F8000) : low + (high - low) / 2;
            if (tie == low || tie == high) continue; // no float lies between neighbours this small
            numbers.AddRange([float.BitDecrement(tie), tie, float.BitIncrement(tie)]);
        }
        return [.. numbers, .. numbers.Select(number => -number)];
    }
}
