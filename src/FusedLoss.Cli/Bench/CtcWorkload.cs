using System.Runtime.CompilerServices;
using FusedLoss.Catalogue;

namespace FusedLoss.Cli.Bench;

/// <summary>CTC: every sample has all frames and all labels.</summary>
internal sealed class CtcWorkload<T> : Workload where T : unmanaged
{
    private readonly CtcOptions _options;
    private readonly CtcShape _shape;
    private readonly Operand<T> _logits;
    private readonly int[] _targets, _lengths;

    public CtcWorkload(CtcCase loss, Size size, Slots slots)
    {
        _shape = new(size.Dimensions[0], size.Dimensions[1], size.Dimensions[2]);
        _options = loss.CtcOptions with { Upstream = _shape.N * Patterns.Scale };
        _logits = new(slots, size.Elements, Patterns.Scores<T>(5));
        _targets = Patterns.Labels(1, size.Dimensions[2])[..(size.Dimensions[1] * size.Labels)];
        _lengths = [.. Enumerable.Repeat(size.Labels, size.Dimensions[1])];
    }

    public override long Bytes =>
        2L * Elements * Unsafe.SizeOf<T>() + sizeof(int) * (long)(_targets.Length + _lengths.Length);

    public override IEnumerable<double> Overwritten => ValuesOf(_logits);

    public override double Run(LossContext context, bool inPlace) => FusedLoss.Loss.Ctc(
        new CtcArgs<T>
        {
            Logits = _logits.Values, Shape = _shape, Targets = _targets, TargetLengths = _lengths,
            Gradient = _logits.Gradient(inPlace),
        },
        _options, context);

    public override void Restore() => _logits.Restore();
}
