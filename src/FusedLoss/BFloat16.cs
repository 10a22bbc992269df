using System.Globalization;

namespace FusedLoss;

/// <summary>A 16-bit floating-point number with the range of <see cref="float"/>: its upper half, 1 sign bit, 8
/// exponent bits, 7 fraction bits. A storage format: convert it to <see cref="float"/> to calculate.</summary>
/// <remarks>Conversions round to nearest, ties to even; NaN stays NaN, quiet, with its sign and what fits of its
/// payload. Same as <c>torch.bfloat16</c>.</remarks>
/// <example><code>
/// BFloat16[] logits = [(BFloat16)0.5f, (BFloat16)2f], target = [(BFloat16)0f, (BFloat16)1f];
/// double loss = Loss.BceWithLogits(logits, target); // 0.550503
/// </code></example>
public readonly struct BFloat16 : IEquatable<BFloat16>, IComparable<BFloat16>, IComparable, IFormattable
{
    private const ushort QuietBit = 0x0040;
    private readonly ushort _bits;

    private BFloat16(ushort bits) => _bits = bits;

    /// <summary>0.</summary>
    public static BFloat16 Zero => default;

    /// <summary>1.</summary>
    public static BFloat16 One => new(0x3F80);

    /// <summary>The smallest number above 0, 2^-133, which is subnormal.</summary>
    public static BFloat16 Epsilon => new(0x0001);

    /// <summary>The largest finite number, about 3.39e38.</summary>
    public static BFloat16 MaxValue => new(0x7F7F);

    /// <summary>The smallest finite number, -<see cref="MaxValue"/>.</summary>
    public static BFloat16 MinValue => new(0xFF7F);

    /// <summary>Positive infinity.</summary>
    public static BFloat16 PositiveInfinity => new(0x7F80);

    /// <summary>Negative infinity.</summary>
    public static BFloat16 NegativeInfinity => new(0xFF80);

    /// <summary>Not a number: quiet, of positive sign.</summary>
    public static BFloat16 NaN => new(0x7FC0);

    /// <summary>The number that has these bits.</summary>
    /// <param name="bits">Sign, exponent, fraction.</param>
    /// <returns>The number.</returns>
    public static BFloat16 FromBits(ushort bits) => new(bits);

    /// <summary>Sign, exponent, fraction, as in memory.</summary>
    /// <returns>The bits.</returns>
    public ushort ToBits() => _bits;

    /// <summary>Rounds to nearest, ties to even; infinity beyond <see cref="MaxValue"/> by half a unit or
    /// more.</summary>
    /// <param name="value">The number.</param>
    public static explicit operator BFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return new((ushort)((bits >> 16) | QuietBit));
        return new((ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }

    /// <summary>Rounds once, to nearest, ties to even.</summary>
    /// <param name="value">The number.</param>
    public static explicit operator BFloat16(double value)
    {
        var near = (float)value;
        if (near == value || double.IsNaN(value)) return (BFloat16)near;

        // To odd first: a last bit that stands for all that was lost, so that the second rounding sees a tie only where
        // there is one.
        var bits = BitConverter.SingleToUInt32Bits(near);
        if (Math.Abs((double)near) > Math.Abs(value)) bits--;
        return (BFloat16)BitConverter.UInt32BitsToSingle(bits | 1);
    }

    /// <summary>The same number.</summary>
    /// <param name="value">The number.</param>
    public static explicit operator float(BFloat16 value) =>
        BitConverter.UInt32BitsToSingle((uint)(IsNaN(value) ? value._bits | QuietBit : value._bits) << 16);

    /// <summary>The same number.</summary>
    /// <param name="value">The number.</param>
    public static explicit operator double(BFloat16 value) => (float)value;

    /// <summary>As numbers: NaN equals nothing, 0 and -0 are equal.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(BFloat16 left, BFloat16 right) => (float)left == (float)right;

    /// <inheritdoc cref="op_Equality"/>
    public static bool operator !=(BFloat16 left, BFloat16 right) => (float)left != (float)right;

    /// <summary>As numbers: false where one is NaN.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(BFloat16 left, BFloat16 right) => (float)left < (float)right;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >(BFloat16 left, BFloat16 right) => (float)left > (float)right;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator <=(BFloat16 left, BFloat16 right) => (float)left <= (float)right;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >=(BFloat16 left, BFloat16 right) => (float)left >= (float)right;

    /// <summary>Whether it is not a number.</summary>
    /// <param name="value">The number.</param>
    /// <returns><see langword="true"/> for every NaN.</returns>
    public static bool IsNaN(BFloat16 value) => (value._bits & 0x7FFF) > 0x7F80;

    /// <summary>Whether it is an infinity.</summary>
    /// <param name="value">The number.</param>
    /// <returns><see langword="true"/> for both infinities.</returns>
    public static bool IsInfinity(BFloat16 value) => (value._bits & 0x7FFF) == 0x7F80;

    /// <summary>Whether it is neither an infinity nor NaN.</summary>
    /// <param name="value">The number.</param>
    /// <returns><see langword="true"/> for numbers.</returns>
    public static bool IsFinite(BFloat16 value) => (value._bits & 0x7FFF) < 0x7F80;

    /// <summary>As <see cref="float.Equals(float)"/>: NaN equals NaN.</summary>
    /// <param name="other">The other number.</param>
    /// <returns>Whether they are equal.</returns>
    public bool Equals(BFloat16 other) => ((float)this).Equals((float)other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((float)this).GetHashCode();

    /// <summary>As <see cref="float.CompareTo(float)"/>: NaN comes first.</summary>
    /// <param name="other">The other number.</param>
    /// <returns>Below, at or above 0.</returns>
    public int CompareTo(BFloat16 other) => ((float)this).CompareTo((float)other);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="obj"/> is of another type.</exception>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        BFloat16 other => CompareTo(other),
        _ => throw new ArgumentException($"obj is {obj.GetType().Name} but must be BFloat16.", nameof(obj)),
    };

    /// <summary>The number as <see cref="float"/> prints it.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => ToString(null, CultureInfo.CurrentCulture);

    /// <inheritdoc cref="ToString()"/>
    /// <param name="format">A format of <see cref="float"/>.</param>
    /// <param name="formatProvider">The culture.</param>
    public string ToString(string? format, IFormatProvider? formatProvider) =>
        ((float)this).ToString(format, formatProvider);
}
