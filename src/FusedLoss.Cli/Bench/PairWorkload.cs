using System.Runtime.CompilerServices;
using FusedLoss.Catalogue;

namespace FusedLoss.Cli.Bench;

/// <summary>Losses over pairs or triples of vectors, with the gradient of every vector. All pairs are similar and all
/// triples within their margin: what costs nothing is not measured.</summary>
internal sealed class PairWorkload<T> : Workload where T : unmanaged
{
    private readonly PairCall _call;
    private readonly LossOptions _options;
    private readonly int _dimensions;
    private readonly Operand<T>[] _vectors;
    private readonly TermValues? _target;

    public PairWorkload(PairCase loss, Size size, Slots slots)
    {
        int rows = size.Dimensions[0];
        bool pairs = loss.Inputs.Domain == PairDomain.Pairs;
        (_call, _dimensions) = (loss.Call, size.Dimensions[1]);
        _options = loss.Options with { Upstream = rows * Patterns.Scale };
        _vectors = [.. Enumerable.Range(0, pairs ? 2 : 3).Select(
            seed => new Operand<T>(slots, size.Elements, Patterns.Vectors<T>(seed)))];
        if (pairs) _target = TermValues.Of<T>([.. Enumerable.Repeat(1.0, rows)]);
    }

    public override long Bytes => 2L * _vectors.Length * Elements * Unsafe.SizeOf<T>();

    public override IEnumerable<double> Overwritten => ValuesOf(_vectors);

    public override double Run(LossContext context, bool inPlace)
    {
        bool triples = _vectors.Length > 2;
        return _call.Run(
            new TripletArgs<T>
            {
                Anchor = _vectors[0].Values, Positive = _vectors[1].Values,
                Negative = triples ? _vectors[2].Values : default, Dimensions = _dimensions,
                AnchorGradient = _vectors[0].Gradient(inPlace), PositiveGradient = _vectors[1].Gradient(inPlace),
                NegativeGradient = triples ? _vectors[2].Gradient(inPlace) : default,
            },
            _target is null ? default : _target.Input, _options, context);
    }

    public override void Restore()
    {
        foreach (Operand<T> vectors in _vectors) vectors.Restore();
    }
}
