using System.Runtime.CompilerServices;
using FusedLoss.Catalogue;

namespace FusedLoss.Cli.Bench;

/// <summary>Losses over classes, and over the regions that classes make: scores and labels, lists of labels, a value
/// for each class, or nothing.</summary>
internal sealed class ClassWorkload<T> : Workload where T : unmanaged
{
    private const int LabelsOfARow = 3; // in lists

    private readonly ClassCall _call;
    private readonly SpanCall<T>? _spanCall;
    private readonly LossOptions _options;
    private readonly ClassShape _shape;
    private readonly Operand<T> _input;
    private readonly Operand<T>? _target;
    private readonly Operand<int>? _labels;
    private readonly long _listed;

    public ClassWorkload(ClassCase loss, Size size, Slots slots) : this(loss, loss.Call, size, slots)
    {
        int classes = (int)_shape.Classes;
        switch (loss.Inputs)
        {
            case { Positives: not null }: break;
            case { Target: ClassTarget.Labels }:
                _labels = new(slots, Rows, Patterns.Labels(0, classes), withGradient: false);
                break;
            case { Target: ClassTarget.LabelLists }:
                _listed = Math.Min(LabelsOfARow + 1, classes);
                _labels = new(slots, size.Elements, Patterns.Labels(0, classes), withGradient: false);
                for (int end = (int)_listed - 1; end < size.Elements; end += classes) _labels.Values[end] = -1;
                break;
            default:
                T[] pattern = Patterns.Target<T>(loss.Inputs.Target, loss.Key, classes);
                _target = new(slots, size.Elements, pattern, withGradient: false);
                break;
        }
    }

    public ClassWorkload(RegionCase loss, Size size, Slots slots) : this(loss, loss.Call, size, slots) =>
        _labels = new(slots, Rows, Patterns.Labels(0, (int)_shape.Classes), withGradient: false);

    private ClassWorkload(LossCase loss, ClassCall call, Size size, Slots slots)
    {
        (_call, _shape) = (call, size.Shape);
        // The share of one class of many would not be a normal number of 16 bits, nor that of the least likely one.
        // Similarities are cosines, and are divided by a small temperature.
        bool half = typeof(T) == typeof(Half);
        double most = loss is ClassCase { Inputs.Positives: not null } ? 1 : half ? 2 : 5;
        _options = loss.Options with { Upstream = Rows * Patterns.Scale * (half ? _shape.Classes : 1) };
        _input = new(slots, size.Elements, Patterns.Scores<T>(most));
        // Spans have no shape, and say nothing of what follows the classes, nor of probabilities instead of labels.
        if (_shape.Inner == 1 && loss.Name != "cross_entropy/probabilities") _spanCall = SpanCall<T>.Of(loss);
    }

    public override long Bytes
    {
        get
        {
            long labels = _labels is null ? 0 : Rows * (_listed > 0 ? _listed : 1) * sizeof(int);
            long read = Loss.Key == "nll" ? Rows : Elements; // which looks at the label's score only
            return labels + (read + Elements + (_target is null ? 0 : Elements)) * Unsafe.SizeOf<T>();
        }
    }

    public override IEnumerable<double> Overwritten => ValuesOf(_input);

    private long Rows => _shape.Outer * _shape.Inner;

    public override double Run(LossContext context, bool inPlace)
    {
        Labels labels = _labels is null ? default : (Labels)_labels.Values;
        ReadOnlySpan<T> target = _target is null ? default : _target.Values;
        if (_spanCall is not null)
        {
            return _spanCall.Run(
                new()
                {
                    Input = _input.Values, Target = target, Labels = labels, Classes = (int)_shape.Classes,
                    Gradient = _input.Gradient(inPlace),
                },
                _options, context);
        }
        return _call.Run(
            new ClassArgs<T>
            {
                Logits = _input.Values, Shape = _shape, Labels = labels, Probabilities = target,
                Gradient = _input.Gradient(inPlace),
            },
            _options, context);
    }

    public override void Restore() => _input.Restore();
}
