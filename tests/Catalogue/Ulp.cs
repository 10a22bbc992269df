namespace FusedLoss.Catalogue;

/// <summary>Element type of a check. Public because parameters of tests are.</summary>
public enum Precision
{
    /// <summary><see cref="float"/>.</summary>
    Float32,

    /// <summary><see cref="double"/>.</summary>
    Float64,

    /// <summary><see cref="Half"/>; terms are <see cref="float"/>.</summary>
    Float16,

    /// <summary><see cref="FusedLoss.BFloat16"/>; terms are <see cref="float"/>.</summary>
    BFloat16,
}

/// <summary>What an oracle expects: the value, and the largest magnitude that its formula had to add up to get
/// there.</summary>
internal readonly record struct Expected(double Value, double Floor)
{
    /// <summary>A value without a floor: relative accuracy is promised.</summary>
    public static implicit operator Expected(double value) => new(value, 0);

    public static Expected operator *(Expected e, double scale) => new(e.Value * scale, Math.Abs(e.Floor * scale));
}

/// <summary>
/// The tolerance policy. A term or a gradient may be off by so many ulp of max(|expected|, floor), an ulp being epsilon
/// times that number; how many is a column of the catalogue, set tightly above the worst error measured. The floor is
/// the largest summand of the documented formula (0 where it only multiplies), and where a probability is the
/// exponential of a rounded difference of logits x - m it grows with |x - m|, because half an ulp of the difference is
/// that much of its exponential. Kernels may flush what is below the smallest normal number to zero, also on the way to
/// a result: an ulp is never less than 64 times that number. A gradient that is scaled (mean, denominator, upstream)
/// may lose <see cref="ScaleUlp"/> more. A sum may be off by the limit of one term times epsilon times the sum of the
/// terms' magnitudes, and by <see cref="SumUlp"/> of double. NaN and infinity are expected exactly where the oracle has
/// them, after rounding to the type. Thread counts, repeated runs, in place or not, and instruction sets with FMA must
/// agree in every bit. Gradients of the 16-bit types are within the limits of float32 but for one rounding, and they
/// are those of float32, rounded once to nearest even: point-wise ones in every bit, those over classes but for what
/// <see cref="OrderUlp"/> says. Finite differences of an oracle and printed values of other systems have the two
/// relative limits below. A failure prints index, x, t, expected, got, ulps, limit and seed.
/// </summary>
internal static class Ulp
{
    private const double SmallestNormalFloat = 1.1754943508222875e-38;
    private const double SmallestNormalDouble = 2.2250738585072014e-308;

    /// <summary>Rounding the scale, the upstream gradient and their product with the gradient: half an ulp each,
    /// twice.</summary>
    public const double ScaleUlp = 3;

    /// <summary>Rows of 16-bit numbers are cut into other tiles than those of float32, so that their sums have another
    /// order: what is rounded may be so many ulp from the gradient that float32 has. 5.0 measured.</summary>
    public const double OrderUlp = 5.2;

    /// <summary>Central differences of a double function with step <see cref="Step"/>: truncation h^2 and rounding eps
    /// / h.</summary>
    public const double FiniteDifference = 2e-7;

    /// <summary>Step of the finite differences, relative to max(1, |x|).</summary>
    public const double Step = 6e-6;

    /// <summary>Numbers that PyTorch printed with 17 digits carry its own rounding: ulp of the largest of the
    /// array.</summary>
    public const double GoldenUlp = 16;

    /// <summary>The limit for printed numbers: half of the last decimal, or <see cref="GoldenUlp"/>, whichever is
    /// more.</summary>
    public static double OfPrinted(Precision precision, double[] printed, int? decimals)
    {
        var ulp = GoldenUlp * Of(precision, printed.Where(double.IsFinite).Max(Math.Abs));
        return decimals is { } count ? Math.Max(ulp, 0.5000001 * Math.Pow(10, -count)) : ulp;
    }

    /// <summary>Relative limit of identities that hold exactly in real numbers (sums over a batch, shifted logits), in
    /// ulp.</summary>
    public const double IdentityUlp = 32;

    /// <summary>The limit of such an identity between sums whose parts have this magnitude together.</summary>
    public static double OfIdentity(Precision precision, double magnitude) => IdentityUlp * Of(precision, magnitude);

    /// <summary>Adding up in double and dividing once, however many terms: sums are trees over lanes.</summary>
    public const double SumUlp = 3;

    /// <summary>What the reduced loss may be off by, given the sum of the terms' magnitudes and the limit of one
    /// term.</summary>
    public static double OfSum(Precision precision, double magnitude, double limit) =>
        magnitude * (limit * Epsilon(precision) + SumUlp * Epsilon(Precision.Float64));

    /// <summary>The precision that kernels calculate in, which is that of terms.</summary>
    public static Precision Inner(Precision precision) =>
        precision == Precision.Float64 ? Precision.Float64 : Precision.Float32;

    public static bool IsNarrow(Precision precision) => precision is Precision.Float16 or Precision.BFloat16;

    public static double Epsilon(Precision precision) => precision switch
    {
        Precision.Float32 => 1.0 / (1 << 23),
        Precision.Float64 => 1.0 / (1L << 52),
        Precision.Float16 => 1.0 / (1 << 10),
        _ => 1.0 / (1 << 7),
    };

    /// <summary>Epsilon times the magnitude, but never less than 64 of the smallest normal numbers.</summary>
    public static double Of(Precision precision, double magnitude) => precision == Precision.Float32
        ? Math.Max(Epsilon(precision) * magnitude, 64 * SmallestNormalFloat)
        : Math.Max(Epsilon(precision) * magnitude, 64 * SmallestNormalDouble);

    /// <summary>The error in ulp; infinite where one is NaN or infinite and the other is not the same.</summary>
    public static double Error(Precision precision, Expected expected, double actual)
    {
        var value = precision == Precision.Float32 && double.IsInfinity((float)expected.Value)
            ? (float)expected.Value
            : expected.Value;
        if (!double.IsFinite(value)) return value.Equals(actual) ? 0 : double.PositiveInfinity;
        if (!double.IsFinite(actual)) return double.PositiveInfinity;
        var difference = Math.Abs(value - actual);
        return difference == 0 ? 0 : difference / Of(precision, Math.Max(Math.Abs(value), Finite(expected.Floor)));
    }

    /// <summary>The error of a 16-bit number in ulp of float32, beyond what rounding it may have taken from a float32
    /// number.</summary>
    public static double ErrorBeyondRounding(Precision narrow, Expected expected, double actual)
    {
        var magnitude = Math.Abs(expected.Value);
        if (!double.IsFinite(magnitude) || double.IsNaN(actual))
            return expected.Value.Equals(actual) ? 0 : double.PositiveInfinity;
        var (largest, smallest) = narrow == Precision.Float16 ? ((double)Half.MaxValue, (double)Half.Epsilon)
            : ((double)BFloat16.MaxValue, (double)BFloat16.Epsilon);
        var exponent = Math.ILogB(Math.Min(Math.Abs(actual), largest));
        var spacing = Math.Max(smallest, Epsilon(narrow) * Math.ScaleB(1, exponent));
        var difference = double.IsFinite(actual) ? Math.Abs(expected.Value - actual)
            : Math.Sign(actual) == Math.Sign(expected.Value) ? Math.Max(0, largest + spacing - magnitude)
            : double.PositiveInfinity;
        var beyond = difference - spacing / 2;
        return beyond <= 0 ? 0 : beyond / Of(Precision.Float32, Math.Max(magnitude, Finite(expected.Floor)));
    }

    private static double Finite(double floor) => double.IsFinite(floor) ? floor : 0;
}
