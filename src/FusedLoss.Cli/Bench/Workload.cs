using System.Runtime.CompilerServices;
using FusedLoss.Catalogue;

namespace FusedLoss.Cli.Bench;

/// <summary>Dimensions of the first input.</summary>
/// <param name="Dimensions">Elements; rows and classes, and then perhaps height and width; vectors and components;
/// frames, samples and classes.</param>
internal sealed record Size(params int[] Dimensions)
{
    private const int InCache = 1 << 20;

    /// <summary>Of each sample, for CTC.</summary>
    public int Labels { get; init; }

    public int Elements => Dimensions.Aggregate(1, (product, size) => product * size);

    public bool IsLarge => Elements > InCache;

    public ClassShape Shape => new(Dimensions[0], Dimensions[1], Elements / Dimensions[0] / Dimensions[1]);

    public override string ToString() => string.Join(" x ", Dimensions.Select(Count));

    private static string Count(int count) => count switch
    {
        >= 1 << 20 when count % (1 << 20) == 0 => $"{count >> 20}M",
        >= 1 << 10 when count % (1 << 10) == 0 => $"{count >> 10}K",
        _ => $"{count}",
    };
}

/// <summary>One loss at one size, ready to run: its gradient goes to a buffer of its own, or over the input.</summary>
internal abstract class Workload
{
    public required LossCase Loss { get; init; }
    public required Size Size { get; init; }
    public required Precision Precision { get; init; }

    public int Elements => Size.Elements;

    /// <summary>What the mathematics must read and write, once each.</summary>
    public abstract long Bytes { get; }

    public abstract double Run(LossContext context, bool inPlace);

    /// <summary>To be called after runs in place, before any other.</summary>
    public abstract void Restore();

    /// <summary>Inputs in place of which gradients are written.</summary>
    public abstract IEnumerable<double> Overwritten { get; }

    protected static IEnumerable<double> ValuesOf<T>(params IEnumerable<Operand<T>> operands) where T : unmanaged =>
        operands.SelectMany(operand => Element.Values(operand.Values.ToArray()));
}

/// <summary>Losses with one term per element: input, target, perhaps a third operand.</summary>
internal sealed class PointwiseWorkload<T> : Workload where T : unmanaged
{
    private readonly PointwiseCase _loss;
    private readonly LossOptions _options;
    private readonly SpanCall<T>? _call;
    private readonly Operand<T> _input, _target;
    private readonly Operand<T>? _extra;

    public PointwiseWorkload(PointwiseCase loss, int length, Slots slots)
    {
        T[][] patterns = Patterns.Pointwise<T>(loss.Inputs.Domain);
        _loss = loss;
        _options = loss.Options with { Upstream = length * Patterns.Scale };
        _call = SpanCall<T>.Of(loss);
        _input = new(slots, length, patterns[0]);
        _target = new(slots, length, patterns[1], withGradient: false);
        if (loss.HasExtraGradient) _extra = new(slots, length, patterns[2]);
    }

    public override long Bytes => (_extra is null ? 3L : 5L) * Elements * Unsafe.SizeOf<T>();

    public override IEnumerable<double> Overwritten => _extra is null ? ValuesOf(_input) : ValuesOf(_input, _extra);

    // A gradient is no variance, so that one is never written over the other.
    private bool ExtraInPlace => _loss.Inputs.Domain != Domain.Variances;

    public override double Run(LossContext context, bool inPlace)
    {
        if (_call is not null)
        {
            return _call.Run(
                new() { Input = _input.Values, Target = _target.Values, Gradient = _input.Gradient(inPlace) },
                _options, context);
        }
        var run = new PointwiseRun<T>
        {
            Input = _input.Values, Target = _target.Values, Gradient = _input.Gradient(inPlace),
        };
        if (_extra is not null)
        {
            run.Extra = _extra.Values;
            run.ExtraGradient = _extra.Gradient(inPlace && ExtraInPlace);
        }
        return _loss.Call.Run(run, _options, context);
    }

    public override void Restore()
    {
        _input.Restore();
        _extra?.Restore();
    }
}
