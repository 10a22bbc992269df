using System.Globalization;

namespace FusedLoss.Tests.Contract;

/// <summary>The 16-bit storage type: every pattern, every rounding.</summary>
public class BFloat16Tests
{
    private static IEnumerable<BFloat16> All =>
        Enumerable.Range(0, 1 << 16).Select(bits => BFloat16.FromBits((ushort)bits));

    [Fact]
    public void EveryPatternIsTheUpperHalfOfAFloatAndComesBack()
    {
        foreach (var value in All)
        {
            var bits = value.ToBits();
            var wide = (float)value;
            var expected = BitConverter.UInt32BitsToSingle((uint)bits << 16);
            Assert.Equal(expected, wide);
            Assert.Equal(wide, (double)value);
            var quiet = float.IsNaN(expected) ? (ushort)(bits | 0x40) : bits;
            Assert.Equal(quiet, ((BFloat16)wide).ToBits());
            Assert.Equal(quiet, ((BFloat16)(double)value).ToBits());
            Assert.Equal((float.IsNaN(wide), float.IsInfinity(wide), float.IsFinite(wide)),
                (BFloat16.IsNaN(value), BFloat16.IsInfinity(value), BFloat16.IsFinite(value)));
        }
    }

    [Fact]
    public void RoundsToNearestTiesToEven()
    {
        foreach (var value in All.Where(BFloat16.IsFinite))
        {
            var (bits, low) = (value.ToBits(), (uint)value.ToBits() << 16);
            var next = (ushort)(bits + 1); // away from zero, infinity after the largest
            Assert.Equal(bits, ((BFloat16)BitConverter.UInt32BitsToSingle(low | 0x7FFF)).ToBits());
            var even = bits % 2 == 0 ? bits : next;
            Assert.Equal(even, ((BFloat16)BitConverter.UInt32BitsToSingle(low | 0x8000)).ToBits());
            Assert.Equal(next, ((BFloat16)BitConverter.UInt32BitsToSingle(low | 0x8001)).ToBits());
        }
    }

    [Fact]
    public void DoublesAreRoundedOnce()
    {
        foreach (var value in All.Where(BFloat16.IsFinite))
        {
            var (bits, next) = (value.ToBits(), (ushort)(value.ToBits() + 1));
            double tie = BitConverter.UInt32BitsToSingle(((uint)bits << 16) | 0x8000);
            var even = bits % 2 == 0 ? bits : next;

            // A hair beside the tie, which a float does not hold.
            Assert.Equal(even, ((BFloat16)tie).ToBits());
            Assert.Equal(next, ((BFloat16)(tie * (1 + 1e-15))).ToBits());
            Assert.Equal(bits, ((BFloat16)(tie * (1 - 1e-15))).ToBits());
        }
        Assert.Equal(BFloat16.PositiveInfinity, (BFloat16)1e300);
        Assert.Equal(BFloat16.NegativeInfinity, (BFloat16)double.MinValue);
        Assert.Equal(0x8000, ((BFloat16)(-double.Epsilon)).ToBits());
        Assert.True(BFloat16.IsNaN((BFloat16)double.NaN));
    }

    [Fact]
    public void ConstantsAreWhatTheySay()
    {
        Assert.Equal((0f, 1f), ((float)BFloat16.Zero, (float)BFloat16.One));
        Assert.Equal(Math.Pow(2, -133), (double)BFloat16.Epsilon);
        Assert.Equal((2 - Math.Pow(2, -7)) * Math.Pow(2, 127), (double)BFloat16.MaxValue);
        Assert.Equal(-(double)BFloat16.MaxValue, (double)BFloat16.MinValue);
        Assert.Equal(double.PositiveInfinity, (double)BFloat16.PositiveInfinity);
        Assert.Equal(double.NegativeInfinity, (double)BFloat16.NegativeInfinity);
        Assert.True(BFloat16.IsNaN(BFloat16.NaN));
        Assert.Equal(2, System.Runtime.CompilerServices.Unsafe.SizeOf<BFloat16>());
    }

    [Fact]
    public void ComparesAsNumbers()
    {
        BFloat16 one = BFloat16.One, two = (BFloat16)2f, nan = BFloat16.NaN, minusZero = BFloat16.FromBits(0x8000);
        var same = one;
        Assert.True(one < two && one <= two && two > one && two >= one && one != two && one == same);
        Assert.False(one > two || one >= two || two < one || two <= one || one == two || one != same);
        Assert.True(minusZero == BFloat16.Zero && minusZero.Equals(BFloat16.Zero));
        Assert.Equal(BFloat16.Zero.GetHashCode(), minusZero.GetHashCode());
        Assert.True(nan != BFloat16.NaN && nan.Equals(BFloat16.NaN) && nan.Equals((object)BFloat16.NaN));
        Assert.False(nan < one || nan > one || nan == one || one.Equals(1f));
        BFloat16[] sorted = [two, nan, BFloat16.MinValue, one];
        Array.Sort(sorted);
        Assert.Equal([nan, BFloat16.MinValue, one, two], sorted);
        Assert.Equal(1, one.CompareTo(null));
        Assert.Equal("obj is String but must be BFloat16. (Parameter 'obj')",
            Assert.Throws<ArgumentException>(() => one.CompareTo("one")).Message);
    }

    [Fact]
    public void PrintsAsAFloat()
    {
        Assert.Equal("0.100097656", ((BFloat16)0.1f).ToString(null, CultureInfo.InvariantCulture));
        Assert.Equal("1.50", ((BFloat16)1.5).ToString("F2", CultureInfo.InvariantCulture));
        Assert.Equal(1.5f.ToString(CultureInfo.CurrentCulture), ((BFloat16)1.5).ToString());
    }
}
