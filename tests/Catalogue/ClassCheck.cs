namespace FusedLoss.Catalogue;

/// <summary>One run of a loss over classes against its oracle, and for the 16-bit types against float32.</summary>
internal sealed class ClassCheck<T> where T : unmanaged
{
    private readonly ClassCase _loss;
    private readonly CheckPlan _plan;
    private readonly ClassShape _shape;
    private readonly int _rows;
    private readonly ClassSample<T> _sample;
    private readonly TermValues? _upstream, _weights, _sampleWeights;
    private readonly double[]? _allWeights;
    private readonly GuardedBuffer<T> _logits;
    private readonly GuardedTerms _losses;
    private readonly RowStatistics _statistics;
    private readonly GuardedBuffer<T>? _target, _gradient, _targetGradient;

    // Not a delegate for each element.
    private readonly Func<long, string> _where, _whereRow;

    public ClassCheck(ClassCase loss, CheckPlan plan, ClassShape shape, ClassSample<T>? sample = null)
    {
        (_loss, _plan, _shape, _where, _whereRow) = (loss, plan, shape, Where, WhereRow);
        _rows = checked((int)(shape.Outer * shape.Inner));
        _sample = sample ?? loss.Inputs.Sample<T>(shape, plan.Seed);
        _upstream = CatalogueRunner.UpstreamOf<T>(plan, _rows);
        _weights = TermValues.Of<T>(_sample.Weights);
        _allWeights = loss.WeightsOf?.Invoke(_sample.Labels, shape.Classes) ?? _sample.Weights;
        _sampleWeights = TermValues.Of<T>(_sample.SampleWeights);
        var dense = Layout.Dense(_sample.Logits.Length);
        nint[] dims = [(nint)shape.Outer, (nint)shape.Classes, (nint)shape.Inner];
        _logits = new(plan.InputLayout?.Invoke(dims) ?? dense, _sample.Logits);
        _losses = GuardedTerms.Of<T>(plan.Wants(Outputs.Losses) ? _rows : 0);
        _statistics = RowStatistics.Of<T>(loss, plan, _rows);
        if (plan.Wants(Outputs.Gradient))
            _gradient = plan.InPlace ? _logits : new(plan.OutputLayout?.Invoke(dims) ?? dense);
        if (_sample.Probabilities is not { } probabilities) return;
        _target = new(dense, probabilities);
        if (plan.Wants(Outputs.TargetGradient)) _targetGradient = new(dense);
    }

    /// <summary>Calls, and gives all bytes of the result, the loss first, to compare two runs.</summary>
    public byte[] Bits() => ResultBytes.Of(
        Call(), _losses.Bytes, GuardedBuffer<T>.BytesOf(_gradient), GuardedBuffer<T>.BytesOf(_targetGradient),
        _statistics.LogSumExpBytes, _statistics.PredictionBytes);

    public double Call() => _loss.Call.Run(
        new ClassArgs<T>
        {
            Logits = _logits.Input,
            Shape = _shape,
            Labels = _sample.Probabilities is not null || _loss.Inputs.Positives is not null ? default
                : _plan.LongLabels ? _sample.Labels : _sample.Labels32,
            Probabilities = _target is null ? default : _target.Input,
            ClassWeights = _weights is null ? default : _weights.Input,
            SampleWeights = _sampleWeights is null ? default : _sampleWeights.Input,
            Upstream = _upstream is null ? default : _upstream.Input,
            Losses = _plan.Wants(Outputs.Losses) ? _losses.Output : default,
            Gradient = _gradient is null ? default : _gradient.Output,
            TargetGradient = _targetGradient is null ? default : _targetGradient.Output,
            LogSumExp = _statistics.LogSumExp,
            Predictions = _statistics.Predictions,
        },
        _plan.Apply(_loss.Options), CatalogueRunner.ContextOf(_plan));

    public CheckResult Run()
    {
        var reduced = Call();
        var wide = Ulp.IsNarrow(_plan.Precision) ? Float32() : null;
        var size = $"{_shape.Outer}x{_shape.Classes}x{_shape.Inner}";
        var comparison = new Comparison(_loss, _plan, size);
        var (sum, magnitude, divisor) = (new ExactSum(), new ExactSum(), new ExactSum());
        for (var row = 0; row < _rows; row++) divisor.Add(MeanWeight(row));
        var (own, buffers) = (divisor.Value, new RowBuffers(_shape.Classes));
        var scale = _plan.GradientScale(own, _shape.Outer);
        for (var row = 0; row < _rows; row++)
        {
            var term = Expect(row, buffers);
            sum.Add(term.Value);
            magnitude.Add(Math.Max(Math.Abs(term.Value), term.Floor));
            CompareRow(comparison, row, term, buffers, scale, wide);
            _statistics.Compare(comparison, row, buffers.Logits, _whereRow);
        }
        comparison.Reduced(_plan.Reduce(sum.Value, magnitude.Value, own, _shape.Outer), reduced);
        comparison.Damaged("losses", _losses.Damage());
        comparison.Damaged("gradient", _gradient?.Damage());
        comparison.Damaged("target gradient", _targetGradient?.Damage());
        comparison.Damaged("statistics", _statistics.Damage());
        return comparison.Result();
    }

    private void CompareRow(
        Comparison comparison, int row, Expected term, RowBuffers buffers, double scale, ClassCheck<float>? wide)
    {
        scale *= SampleWeight(row);
        if (_upstream is not null) scale *= _upstream.Values[row];
        if (_plan.Wants(Outputs.Losses))
        {
            if (_losses.IsPoisoned(row)) comparison.Unwritten("losses", row);
            comparison.Term(row, term, _losses[row], _whereRow);
        }
        for (var c = 0; c < _shape.Classes; c++)
        {
            var index = ClassInputs.Index(_shape, row, c);
            if (_gradient is not null)
            {
                var expected = buffers.Gradient[c] * scale;
                if (_gradient.IsPoisoned(index)) comparison.Unwritten("gradient", index);
                comparison.Gradient(index, expected, Element.Value(_gradient[index]), _where);
                Round("gradient", wide?._gradient, _gradient, expected.Floor);
            }
            if (_targetGradient is null) continue;
            var target = buffers.TargetGradient[c] * scale;
            if (_targetGradient.IsPoisoned(index)) comparison.Unwritten("target gradient", index);
            comparison.TargetGradient(index, target, Element.Value(_targetGradient[index]), _where);
            Round("target gradient", wide?._targetGradient, _targetGradient, target.Floor);

            void Round(string what, GuardedBuffer<float>? float32, GuardedBuffer<T> actual, double floor)
            {
                if (float32 is null) return;
                comparison.Rounded(what, index, new(float32[index], floor), actual[index], Ulp.OrderUlp, _where);
            }
        }
    }

    /// <summary>The same call with the same numbers as float32.</summary>
    private ClassCheck<float> Float32()
    {
        var wide = new ClassCheck<float>(
            _loss, _plan with { Precision = Precision.Float32 }, _shape, _sample.As<float>());
        wide.Call();
        return wide;
    }

    private Expected Expect(int row, RowBuffers buffers)
    {
        for (var c = 0; c < _shape.Classes; c++)
        {
            var index = ClassInputs.Index(_shape, row, c);
            buffers.Logits[c] = Element.Value(_sample.Logits[index]);
            if (_sample.Probabilities is { } target) buffers.Target[c] = Element.Value(target[index]);
        }
        var input = new ClassRow
        {
            Logits = buffers.Logits,
            Label = _sample.LabelOf(row),
            Labels = _sample.ListOf(row),
            Probabilities = _sample.Probabilities is null ? [] : buffers.Target,
            Weights = _allWeights,
        };
        var term = _loss.Oracle(input, new() { Logits = buffers.Gradient, Probabilities = buffers.TargetGradient });
        return term * SampleWeight(row);
    }

    private double SampleWeight(int row) => _sampleWeights?.Values[row] ?? 1;

    // What a row adds to the mean's denominator needs no logits.
    private double MeanWeight(int row)
    {
        if (_sample.Probabilities is not null || _sample.HasLists) return SampleWeight(row);
        if (_sample.Labels[row] == (_loss.Inputs.Ignored ?? long.MinValue)) return 0;
        return SampleWeight(row) * (_loss.Mean == Divisor.Weights ? _allWeights![_sample.Labels[row]] : 1);
    }

    private string Where(long index) => $"x={_sample.Logits[index]:R}"
        + (_sample.Probabilities is null ? "" : $", t={_sample.Probabilities[index]:R}")
        + $", {WhereRow(index / (_shape.Classes * _shape.Inner) * _shape.Inner + index % _shape.Inner)}";

    private string WhereRow(long row) =>
        _sample.Probabilities is null && !_sample.HasLists ? $"label={_sample.Labels[row]}" : $"row {row}";

    private sealed class RowBuffers(long classes)
    {
        public double[] Logits { get; } = new double[classes];
        public double[] Target { get; } = new double[classes];
        public Expected[] Gradient { get; } = new Expected[classes];
        public Expected[] TargetGradient { get; } = new Expected[classes];
    }
}
