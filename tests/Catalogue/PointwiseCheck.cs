namespace FusedLoss.Catalogue;

/// <summary>One run of a point-wise loss against its oracle, and for the 16-bit types against float32.</summary>
internal sealed class PointwiseCheck<T> where T : unmanaged
{
    private readonly PointwiseCase _loss;
    private readonly CheckPlan _plan;
    private readonly nint[] _shape;
    private readonly int _count;
    private readonly PointwiseSample<T> _sample;
    private readonly TermValues? _upstream;
    private readonly GuardedBuffer<T> _input, _target;
    private readonly GuardedBuffer<T>? _extra, _gradient, _targetGradient, _extraGradient;
    private readonly GuardedTerms _losses;

    // Not a delegate for each element.
    private readonly Func<long, string> _where;

    public PointwiseCheck(PointwiseCase loss, CheckPlan plan, nint[] shape, PointwiseSample<T>? sample = null)
    {
        (_loss, _plan, _shape, _where) = (loss, plan, shape, Where);
        var input = plan.InputLayout?.Invoke(shape) ?? Layout.Dense(Product(shape));
        var output = plan.OutputLayout?.Invoke(shape) ?? Layout.Dense(Product(shape));
        _count = checked((int)input.Count);
        _sample = sample ?? loss.Inputs.Sample<T>(_count, plan.Seed);
        _upstream = CatalogueRunner.UpstreamOf<T>(plan, _count);
        _input = new(input, _sample.Input);
        _target = new(input, _sample.Target);
        if (_sample.Extra is { } extra) _extra = new(Layout.Dense(_count), extra);
        _losses = GuardedTerms.Of<T>(plan.Wants(Outputs.Losses) ? _count : 0);
        if (plan.Wants(Outputs.Gradient)) _gradient = plan.InPlace ? _input : new(output);
        if (plan.Wants(Outputs.TargetGradient) && !loss.TargetIsConstant)
            _targetGradient = plan.InPlace ? _target : new(output);
        if (plan.Wants(Outputs.ExtraGradient) && loss.HasExtraGradient)
            _extraGradient = plan.InPlace ? _extra : new(output);
    }

    /// <summary>Calls, and gives all bytes of the result, the loss first, to compare two runs.</summary>
    public byte[] Bits() => ResultBytes.Of(
        Call(), _losses.Bytes, GuardedBuffer<T>.BytesOf(_gradient), GuardedBuffer<T>.BytesOf(_targetGradient),
        GuardedBuffer<T>.BytesOf(_extraGradient));

    public double Call() => _loss.Call.Run(
        new PointwiseRun<T>
        {
            Input = _input.Input,
            Target = _target.Input,
            Weight = _sample.Weight,
            Extra = _extra is null ? default : _extra.Input,
            Upstream = _upstream is null ? default : _upstream.Input,
            Losses = _plan.Wants(Outputs.Losses) ? _losses.Output : default,
            Gradient = _gradient is null ? default : _gradient.Output,
            TargetGradient = _targetGradient is null ? default : _targetGradient.Output,
            ExtraGradient = _extraGradient is null ? default : _extraGradient.Output,
        },
        _plan.Apply(_loss.Options), CatalogueRunner.ContextOf(_plan));

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
        comparison.Damaged("extra gradient", _extraGradient?.Damage());
        if (Ulp.IsNarrow(_plan.Precision)) CompareToFloat32(comparison);
        return comparison.Result();
    }

    private void CompareTerm(Comparison comparison, int i, PointwiseTerm term, double scale)
    {
        if (_upstream is not null) scale *= _upstream.Values[i];
        if (_plan.Wants(Outputs.Losses))
        {
            if (_losses.IsPoisoned(i)) comparison.Unwritten("losses", i);
            comparison.Term(i, term.Loss, _losses[i], _where);
        }
        if (_gradient is not null)
        {
            if (_gradient.IsPoisoned(i)) comparison.Unwritten("gradient", i);
            comparison.Gradient(i, term.Gradient * scale, Element.Value(_gradient[i]), _where);
        }
        if (_targetGradient is not null)
        {
            if (_targetGradient.IsPoisoned(i)) comparison.Unwritten("target gradient", i);
            comparison.TargetGradient(i, term.TargetGradient * scale, Element.Value(_targetGradient[i]), _where);
        }
        if (_extraGradient is null) return;
        if (_extraGradient.IsPoisoned(i)) comparison.Unwritten("extra gradient", i);
        comparison.ExtraGradient(i, term.ExtraGradient * scale, Element.Value(_extraGradient[i]), _where);
    }

    private void CompareToFloat32(Comparison comparison)
    {
        var plan = _plan with { Precision = Precision.Float32 };
        var wide = new PointwiseCheck<float>(_loss, plan, _shape, _sample.As<float>());
        wide.Call();
        Compare("gradient", wide._gradient, _gradient);
        Compare("target gradient", wide._targetGradient, _targetGradient);
        Compare("extra gradient", wide._extraGradient, _extraGradient);

        void Compare(string what, GuardedBuffer<float>? expected, GuardedBuffer<T>? actual)
        {
            if (expected is null || actual is null) return;
            for (var i = 0; i < _count; i++)
                comparison.Rounded(what, i, expected[i], actual[i], slack: 0, _where);
        }
    }

    private PointwiseTerm Expect(int i) => _loss.Oracle(
        Element.Value(_sample.Input[i]), Element.Value(_sample.Target[i]),
        _sample.Weight is null ? 1 : Element.Value(_sample.Weight[i]),
        _sample.Extra is null ? 1 : Element.Value(_sample.Extra[i]));

    private double OwnDivisor()
    {
        if (_loss.Mean == Divisor.Count) return _count;
        var sum = new ExactSum();
        foreach (var weight in _sample.Weight!) sum.Add(Element.Value(weight));
        return sum.Value;
    }

    private string Where(long i) => $"x={_sample.Input[i]:R}, t={_sample.Target[i]:R}"
        + (_sample.Weight is null ? "" : $", w={_sample.Weight[i]:R}")
        + (_sample.Extra is null ? "" : $", q={_sample.Extra[i]:R}");

    private static long Product(nint[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
