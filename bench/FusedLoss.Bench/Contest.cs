namespace FusedLoss.Bench;

/// <summary>The ways to compute one loss and its gradient on the same arrays, on one thread.</summary>
/// <param name="Gradient">Where all of them write; one per score.</param>
/// <param name="Bytes">What the mathematics must read and write, once each.</param>
/// <param name="Fused">The library.</param>
/// <param name="Tensors">Composed from TensorPrimitives.</param>
/// <param name="Vectors">Hand-fused loop over Vector512, with .NET's exponential and logarithm.</param>
/// <param name="Polynomials">The same loop with its own exponential and logarithm; null where none is needed.</param>
/// <param name="Doubles">The loop over Vector512 with sums in double, as the library has them; null where they do not
/// decide.</param>
internal sealed record Ways(
    Memory<float> Gradient, long Bytes, Func<double> Fused, Func<double> Tensors, Func<double> Vectors,
    Func<double>? Polynomials = null, Func<double>? Doubles = null);

/// <summary>One loss at one size: the fused call, its managed rivals, and a copy of as many bytes.</summary>
internal sealed class Contest
{
    // The rivals sum in float per block and use another exponential; what differs more is another loss.
    private const double MostDifference = 1e-4;
    private const double SmallestGradient = 1e-2; // of the largest: below it, differences count as if it were this

    private readonly byte[] _from;
    private readonly byte[] _to;

    /// <exception cref="InvalidOperationException">A rival computes something else than the library: nobody times
    /// that.</exception>
    public Contest(string loss, Ways ways)
    {
        (Loss, Ways) = (loss, ways);
        (_from, _to) = (new byte[ways.Bytes / 2], new byte[ways.Bytes / 2]);
        // Pages that were never written to are all the same one, and reading that is reading the cache.
        Array.Fill(_from, (byte)1);
        double expected = ways.Fused();
        float[] gradient = ways.Gradient.ToArray();
        Check("TensorPrimitives", ways.Tensors, expected, gradient);
        Check("Vector512", ways.Vectors, expected, gradient);
        if (ways.Polynomials is { } polynomials) Check("Vector512 with polynomials", polynomials, expected, gradient);
        if (ways.Doubles is { } doubles) Check("Vector512 with sums in double", doubles, expected, gradient);
    }

    /// <summary>Where the library runs: on the calling thread alone.</summary>
    public static LossContext OneThread { get; } = new(new() { MaxThreads = 1 });

    public string Loss { get; }

    public Ways Ways { get; }

    public void Copy() => _from.CopyTo(_to, 0);

    private void Check(string rival, Func<double> run, double expected, float[] gradient)
    {
        var written = Ways.Gradient.Span;
        written.Fill(float.NaN);
        double got = run();
        if (!(Math.Abs(got - expected) <= MostDifference * Math.Abs(expected)))
        {
            throw new InvalidOperationException($"{Loss}, {rival}: the loss is {got}, but FusedLoss says {expected}.");
        }
        double floor = SmallestGradient * gradient.Max(Math.Abs);
        for (int i = 0; i < gradient.Length; i++)
        {
            double limit = MostDifference * Math.Max(Math.Abs(gradient[i]), floor);
            if (Math.Abs(written[i] - gradient[i]) <= limit) continue;
            throw new InvalidOperationException(
                $"{Loss}, {rival}: gradient[{i}] is {written[i]}, but FusedLoss says {gradient[i]}.");
        }
    }
}
