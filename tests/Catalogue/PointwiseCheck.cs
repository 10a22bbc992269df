using System.Numerics;

namespace FusedLoss.Catalogue;

/// <summary>One run of a point-wise loss against its oracle.</summary>
internal sealed class PointwiseCheck<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PointwiseCase _loss;
    private readonly CheckPlan _plan;
    private readonly nint[] _shape;
    private readonly int _count;
    private readonly PointwiseSample<T> _sample;
    private readonly T[]? _upstream;
    private readonly GuardedBuffer<T> _input, _target, _losses;
    private readonly GuardedBuffer<T>? _gradient, _targetGradient;

    public PointwiseCheck(PointwiseCase loss, CheckPlan plan, nint[] shape, PointwiseSample<T>? sample = null)
    {
        (_loss, _plan, _shape) = (loss, plan, shape);
        var input = plan.InputLayout?.Invoke(shape) ?? Layout.Dense(Product(shape));
        var output = plan.OutputLayout?.Invoke(shape) ?? Layout.Dense(Product(shape));
        _count = checked((int)input.Count);
        _sample = sample ?? loss.Inputs.Sample<T>(_count, plan.Seed);
        _upstream = CatalogueRunner.UpstreamOf<T>(plan, _count);
        _input = new(input, _sample.Input);
        _target = new(input, _sample.Target);
        _losses = new(Layout.Dense(plan.Wants(Outputs.Losses) ? _count : 0));
        if (plan.Wants(Outputs.Gradient)) _gradient = plan.InPlace ? _input : new(output);
        if (plan.Wants(Outputs.TargetGradient) && !loss.TargetIsConstant)
            _targetGradient = plan.InPlace ? _target : new(output);
    }

    /// <summary>All bytes that the run wrote, to compare two runs.</summary>
    public byte[] Written() =>
        [.. _losses.Bytes, .. GuardedBuffer<T>.BytesOf(_gradient), .. GuardedBuffer<T>.BytesOf(_targetGradient)];

    public double Call() => _loss.Call.Run(
        new PointwiseArgs<T>
        {
            Input = _input.Input,
            Target = _target.Input,
            Weight = _sample.Weight,
            PosWeight = _sample.PosWeight,
            Upstream = InputTerms.From<T>(_upstream),
            Losses = _plan.Wants(Outputs.Losses) ? OutputTerms.From(_losses.Span) : default,
            Gradient = _gradient is null ? default : _gradient.Output,
            TargetGradient = _targetGradient is null ? default : _targetGradient.Output,
        },
        _plan.Apply(_loss.Options), CatalogueRunner.ContextOf(_plan.Isa, _plan.Threads));

    public CheckResult Run()
    {
        var reduced = Call();
        var comparison = new Comparison(_loss, _plan, string.Join('x', _shape));
        var (sum, size, own) = (new ExactSum(), new ExactSum(), OwnDivisor());
        var scale = _plan.GradientScale(own, _shape[0]);
        for (var i = 0; i < _count; i++)
        {
            var term = Expect(i);
            sum.Add(term.Loss.Value);
            size.Add(Math.Max(Math.Abs(term.Loss.Value), term.Loss.Floor));
            CompareTerm(comparison, i, term, scale);
        }
        comparison.Reduced(_plan.Reduce(sum.Value, size.Value, own, _shape[0]), reduced);
        comparison.Damaged("losses", _losses.Damage());
        comparison.Damaged("gradient", _gradient?.Damage());
        comparison.Damaged("target gradient", _targetGradient?.Damage());
        return comparison.Result();
    }

    private void CompareTerm(Comparison comparison, int i, PointwiseTerm term, double scale)
    {
        if (_upstream is not null) scale *= double.CreateChecked(_upstream[i]);
        if (_plan.Wants(Outputs.Losses))
        {
            if (_losses.IsPoisoned(i)) comparison.Unwritten("losses", i);
            comparison.Term(i, term.Loss, double.CreateChecked(_losses[i]), Where);
        }
        if (_gradient is not null)
        {
            if (_gradient.IsPoisoned(i)) comparison.Unwritten("gradient", i);
            comparison.Gradient(i, term.Gradient * scale, double.CreateChecked(_gradient[i]), Where);
        }
        if (_targetGradient is null) return;
        if (_targetGradient.IsPoisoned(i)) comparison.Unwritten("target gradient", i);
        comparison.TargetGradient(i, term.TargetGradient * scale, double.CreateChecked(_targetGradient[i]), Where);
    }

    private PointwiseTerm Expect(int i) => _loss.Oracle(
        double.CreateChecked(_sample.Input[i]), double.CreateChecked(_sample.Target[i]),
        _sample.Weight is null ? 1 : double.CreateChecked(_sample.Weight[i]),
        _sample.PosWeight is null ? 1 : double.CreateChecked(_sample.PosWeight[i]));

    private double OwnDivisor()
    {
        if (_loss.Mean == Divisor.Count) return _count;
        var sum = new ExactSum();
        foreach (var weight in _sample.Weight!) sum.Add(double.CreateChecked(weight));
        return sum.Value;
    }

    private string Where(long i) => $"x={_sample.Input[i]:R}, t={_sample.Target[i]:R}"
        + (_sample.Weight is null ? "" : $", w={_sample.Weight[i]:R}")
        + (_sample.PosWeight is null ? "" : $", q={_sample.PosWeight[i]:R}");

    private static long Product(nint[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
