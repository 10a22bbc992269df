namespace FusedLoss.Catalogue;

/// <summary>One run of CTC against its oracle, and for the 16-bit types against float32.</summary>
internal sealed class CtcCheck<T> where T : unmanaged
{
    private readonly CtcCase _loss;
    private readonly CheckPlan _plan;
    private readonly CtcSize _size;
    private readonly CtcSample<T> _sample;
    private readonly TermValues? _upstream;
    private readonly GuardedBuffer<T> _input;
    private readonly GuardedTerms _losses;
    private readonly GuardedBuffer<T>? _gradient;

    public CtcCheck(CtcCase loss, CheckPlan plan, CtcSize size, CtcSample<T>? sample = null)
    {
        (_loss, _plan, _size) = (loss, plan, size);
        _sample = sample ?? loss.Inputs.Sample<T>(size, plan.Seed);
        _upstream = CatalogueRunner.UpstreamOf<T>(plan, size.N);
        var dimensions = loss.Inputs.Dimensions(size);
        var dense = Layout.Dense(_sample.Input.Length);
        _input = new(plan.InputLayout?.Invoke(dimensions) ?? dense, _sample.Input);
        _losses = GuardedTerms.Of<T>(plan.Wants(Outputs.Losses) ? size.N : 0);
        if (!plan.Wants(Outputs.Gradient)) return;
        _gradient = plan.InPlace ? _input : new(plan.OutputLayout?.Invoke(dimensions) ?? dense);
    }

    private CtcInputs Inputs => _loss.Inputs;

    /// <summary>Calls, and gives all bytes of the result, the loss first, to compare two runs.</summary>
    public byte[] Bits() => ResultBytes.Of(Call(), _losses.Bytes, GuardedBuffer<T>.BytesOf(_gradient));

    public double Call() => Loss.Ctc(
        new CtcArgs<T>
        {
            Logits = Inputs.Logs ? default : _input.Input,
            LogProbabilities = Inputs.Logs ? _input.Input : default,
            Shape = new(_size.T, _size.N, _size.C),
            Layout = Inputs.Layout,
            Targets = _plan.LongLabels ? _sample.Targets : Narrow(_sample.Targets),
            TargetLengths = _plan.LongLabels ? _sample.TargetLengths : Narrow(_sample.TargetLengths),
            InputLengths = Inputs.AllFrames ? default
                : _plan.LongLabels ? _sample.InputLengths : Narrow(_sample.InputLengths),
            Upstream = _upstream is null ? default : _upstream.Input,
            Losses = _plan.Wants(Outputs.Losses) ? _losses.Output : default,
            Gradient = _gradient is null ? default : _gradient.Output,
        },
        (CtcOptions)_plan.Apply(_loss.Options) with { Blank = _sample.Blank },
        CatalogueRunner.ContextOf(_plan));

    public CheckResult Run()
    {
        var reduced = Call();
        var comparison = new Comparison(_loss, _plan, $"{_size}");
        var (sum, magnitude) = (new ExactSum(), new ExactSum());
        for (var n = 0; n < _size.N; n++)
        {
            var truth = Oracles.Ctc(Logs(n), _sample.Labels[n], _sample.Blank);
            if (_loss.ZeroInfinity && double.IsPositiveInfinity(truth.Loss)) truth = new(0, []);
            var term = new Expected(truth.Loss, 8 * Math.Sqrt(Math.Max(1, _sample.InputLengths[n])));
            sum.Add(term.Value * Share(n));
            magnitude.Add(Math.Max(Math.Abs(term.Value), term.Floor) * Share(n));
            CompareSample(comparison, n, term, truth);
        }
        comparison.Reduced(_plan.Reduce(sum.Value, magnitude.Value, _size.N, _size.N), reduced);
        comparison.Damaged("losses", _losses.Damage());
        comparison.Damaged("gradient", _gradient?.Damage());
        if (Ulp.IsNarrow(_plan.Precision)) CompareToFloat32(comparison);
        return comparison.Result();
    }

    // The mean is one over samples, of the loss per label.
    private double Share(int n) => _plan is { Reduction: Reduction.Mean, Denominator: 0 }
        ? 1.0 / Math.Max(1, _sample.Labels[n].Length)
        : 1;

    private Twofold[][] Logs(int n)
    {
        var logs = new Twofold[_sample.InputLengths[n]][];
        for (var t = 0; t < logs.Length; t++)
        {
            var row = new double[_size.C];
            for (var c = 0; c < _size.C; c++) row[c] = Element.Value(_sample.Input[Inputs.Index(_size, t, n, c)]);
            logs[t] = Inputs.Logs ? Array.ConvertAll(row, log => new Twofold(log, 0)) : Oracles.LogSoftmax(row);
        }
        return logs;
    }

    private void CompareSample(Comparison comparison, int n, Expected term, CtcTruth truth)
    {
        if (_plan.Wants(Outputs.Losses))
        {
            if (_losses.IsPoisoned(n)) comparison.Unwritten("losses", n);
            comparison.Term(n, term, _losses[n], Where);
        }
        if (_gradient is null) return;
        var scale = _plan.GradientScale(_size.N, _size.N) * Share(n) * (_upstream?.Values[n] ?? 1);
        var logs = Logs(n);
        for (var t = 0; t < _size.T; t++)
        {
            for (var c = 0; c < _size.C; c++)
            {
                var index = Inputs.Index(_size, t, n, c);
                if (_gradient.IsPoisoned(index)) comparison.Unwritten("gradient", index);
                var expected = t < logs.Length ? Gradient(truth, t, c, logs[t][c].Value) : 0;
                comparison.Gradient(index, expected * scale, Element.Value(_gradient[index]), WhereElement);
            }
        }
    }

    // A probability that is not in the paths' share has the error of the frames' sum.
    private Expected Gradient(CtcTruth truth, int t, int c, double log)
    {
        if (truth.Shares.Length == 0) return 0; // an impossible sample that counts for nothing
        if (!double.IsFinite(truth.Loss)) return double.NaN;
        var share = truth.Shares[t][c];
        return new(_loss.TrueGradient ? -share : Math.Exp(log) - share, Math.Sqrt(truth.Shares.Length));
    }

    private void CompareToFloat32(Comparison comparison)
    {
        if (_plan.Gpu is not null) return; // which sums 16 bytes at a time up, and so in another order
        var plan = _plan with { Precision = Precision.Float32 };
        var wide = new CtcCheck<float>(_loss, plan, _size, _sample.As<float>());
        wide.Call();
        if (_gradient is not { } actual || wide._gradient is not { } expected) return;
        for (var i = 0; i < _sample.Input.Length; i++)
            comparison.Rounded("gradient", i, expected[i], actual[i], slack: 0, WhereElement);
    }

    private static int[] Narrow(long[] numbers) => Array.ConvertAll(numbers, number => (int)number);

    private string WhereElement(long index)
    {
        var (row, c) = Math.DivRem(index, _size.C);
        var (outer, inner) = Math.DivRem(row, Inputs.Layout == CtcLayout.TimeMajor ? _size.N : _size.T);
        var (t, n) = Inputs.Layout == CtcLayout.TimeMajor ? (outer, inner) : (inner, outer);
        return $"x={_sample.Input[index]:R}, frame {t}, class {c}, {Where(n)}";
    }

    private string Where(long n) =>
        $"sample {n} with {_sample.InputLengths[n]} frames and {_sample.Labels[n].Length} labels";
}
