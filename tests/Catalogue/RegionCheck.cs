namespace FusedLoss.Catalogue;

/// <summary>One run of a loss over regions against its oracle, and for the 16-bit types against float32.</summary>
internal sealed class RegionCheck<T> where T : unmanaged
{
    private readonly RegionCase _loss;
    private readonly CheckPlan _plan;
    private readonly ClassShape _shape;
    private readonly RegionSample<T> _sample;
    private readonly int _regions;
    private readonly TermValues? _upstream;
    private readonly GuardedBuffer<T> _input;
    private readonly GuardedTerms _losses;
    private readonly GuardedBuffer<T>? _gradient;

    // Not a delegate for each element.
    private readonly Func<long, string> _where;

    public RegionCheck(RegionCase loss, CheckPlan plan, ClassShape shape, RegionSample<T>? sample = null)
    {
        (_loss, _plan, _shape, _where) = (loss, plan, shape, Where);
        _sample = sample ?? loss.Inputs.Sample<T>(shape, plan.Seed);
        _regions = (int)loss.Cut.Count(shape);
        _upstream = CatalogueRunner.UpstreamOf<T>(plan, _regions);
        var dense = Layout.Dense(_sample.Input.Length);
        nint[] dims = [(nint)shape.Outer, (nint)shape.Classes, (nint)shape.Inner];
        _input = new(plan.InputLayout?.Invoke(dims) ?? dense, _sample.Input);
        _losses = GuardedTerms.Of<T>(plan.Wants(Outputs.Losses) ? _regions : 0);
        if (plan.Wants(Outputs.Gradient))
            _gradient = plan.InPlace ? _input : new(plan.OutputLayout?.Invoke(dims) ?? dense);
    }

    /// <summary>Calls, and gives all bytes of the result, the loss first, to compare two runs.</summary>
    public byte[] Bits() => ResultBytes.Of(Call(), _losses.Bytes, GuardedBuffer<T>.BytesOf(_gradient));

    public double Call() => _loss.Call.Run(
        new ClassArgs<T>
        {
            Logits = _input.Input,
            Shape = _shape,
            Labels = _sample.Target is not null ? default : _plan.LongLabels ? _sample.Labels : _sample.Labels32,
            Probabilities = _sample.Target,
            Upstream = _upstream is null ? default : _upstream.Input,
            Losses = _plan.Wants(Outputs.Losses) ? _losses.Output : default,
            Gradient = _gradient is null ? default : _gradient.Output,
        },
        _plan.Apply(_loss.Options), CatalogueRunner.ContextOf(_plan));

    public CheckResult Run()
    {
        var reduced = Call();
        var comparison = new Comparison(_loss, _plan, $"{_shape.Outer}x{_shape.Classes}x{_shape.Inner}");
        var oracle = new RegionOracle(
            _loss.Formula, _loss.Cut, _sample.Batch(_loss.Inputs.Ignored ?? long.MinValue));
        var (sum, magnitude) = (new ExactSum(), new ExactSum());
        for (var region = 0; region < _regions; region++)
        {
            var term = oracle.Term(region);
            sum.Add(term.Value);
            magnitude.Add(Math.Max(Math.Abs(term.Value), term.Floor));
            if (!_plan.Wants(Outputs.Losses)) continue;
            if (_losses.IsPoisoned(region)) comparison.Unwritten("losses", region);
            comparison.Term(region, term, _losses[region], r => $"region {r}");
        }
        comparison.Reduced(_plan.Reduce(sum.Value, magnitude.Value, _regions, _shape.Outer), reduced);
        CompareGradients(comparison, oracle);
        comparison.Damaged("losses", _losses.Damage());
        comparison.Damaged("gradient", _gradient?.Damage());
        return comparison.Result();
    }

    private void CompareGradients(Comparison comparison, RegionOracle oracle)
    {
        if (_gradient is null) return;
        var scale = _plan.GradientScale(_regions, _shape.Outer);
        var gradient = new Expected[_shape.Classes];
        var wide = Ulp.IsNarrow(_plan.Precision) ? Float32() : null;
        for (var row = 0L; row < _shape.Outer * _shape.Inner; row++)
        {
            oracle.Gradient(row, region => scale * (_upstream?.Values[region] ?? 1), gradient);
            for (var c = 0; c < gradient.Length; c++)
            {
                var index = ClassInputs.Index(_shape, row, c);
                if (_gradient.IsPoisoned(index)) comparison.Unwritten("gradient", index);
                comparison.Gradient(index, gradient[c], Element.Value(_gradient[index]), _where);
                if (wide?._gradient is not { } float32) continue;
                var same = new Expected(float32[index], gradient[c].Floor);
                comparison.Rounded("gradient", index, same, _gradient[index], Ulp.OrderUlp, _where);
            }
        }
    }

    /// <summary>The same call with the same numbers as float32.</summary>
    private RegionCheck<float> Float32()
    {
        var wide = new RegionCheck<float>(
            _loss, _plan with { Precision = Precision.Float32 }, _shape, _sample.As<float>());
        wide.Call();
        return wide;
    }

    private string Where(long index)
    {
        var row = index / (_shape.Classes * _shape.Inner) * _shape.Inner + index % _shape.Inner;
        var target = _sample.Target is null
            ? $"label={_sample.Labels[row]}" : $"t={Element.Value(_sample.Target[index]):R}";
        return $"x={Element.Value(_sample.Input[index]):R}, row {row}, {target}";
    }
}
