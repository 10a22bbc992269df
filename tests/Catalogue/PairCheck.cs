namespace FusedLoss.Catalogue;

/// <summary>One run of a loss over pairs or triples against its oracle, and for the 16-bit types against
/// float32.</summary>
internal sealed class PairCheck<T> where T : unmanaged
{
    private static readonly Outputs[] Wishes = [Outputs.Gradient, Outputs.TargetGradient, Outputs.ExtraGradient];

    private readonly PairCase _loss;
    private readonly CheckPlan _plan;
    private readonly PairShape _shape;
    private readonly PairSample<T> _sample;
    private readonly TermValues? _target, _upstream;
    private readonly GuardedBuffer<T>[] _vectors;
    private readonly GuardedBuffer<T>?[] _gradients;
    private readonly GuardedTerms _losses;

    public PairCheck(PairCase loss, CheckPlan plan, PairShape shape, PairSample<T>? sample = null)
    {
        (_loss, _plan, _shape) = (loss, plan, shape);
        _sample = sample ?? loss.Inputs.Sample<T>(shape, plan.Seed);
        _target = TermValues.Of<T>(_sample.Target);
        _upstream = CatalogueRunner.UpstreamOf<T>(plan, shape.Rows);
        _losses = GuardedTerms.Of<T>(plan.Wants(Outputs.Losses) ? shape.Rows : 0);
        var layout = LayoutOf(plan.InputLayout);
        _vectors = Array.ConvertAll(_sample.Vectors, values => new GuardedBuffer<T>(layout, values));
        _gradients = new GuardedBuffer<T>?[3];
        for (var k = 0; k < _vectors.Length; k++)
        {
            if (plan.Wants(Wishes[k])) _gradients[k] = plan.InPlace ? _vectors[k] : new(LayoutOf(plan.OutputLayout));
        }
    }

    /// <summary>Calls, and gives all bytes of the result, the loss first, to compare two runs.</summary>
    public byte[] Bits() => ResultBytes.Of(
        Call(), _losses.Bytes, GuardedBuffer<T>.BytesOf(_gradients[0]), GuardedBuffer<T>.BytesOf(_gradients[1]),
        GuardedBuffer<T>.BytesOf(_gradients[2]));

    public double Call() => _loss.Call.Run(
        new TripletArgs<T>
        {
            Anchor = _vectors[0].Input,
            Positive = _vectors[1].Input,
            Negative = _vectors.Length > 2 ? _vectors[2].Input : default,
            Dimensions = _shape.Dimensions,
            Upstream = _upstream is null ? default : _upstream.Input,
            Losses = _plan.Wants(Outputs.Losses) ? _losses.Output : default,
            AnchorGradient = _gradients[0] is { } first ? first.Output : default,
            PositiveGradient = _gradients[1] is { } second ? second.Output : default,
            NegativeGradient = _gradients[2] is { } third ? third.Output : default,
        },
        _target is null ? default : _target.Input, _plan.Apply(_loss.Options),
        CatalogueRunner.ContextOf(_plan));

    /// <summary>The term of a row, once called.</summary>
    public double LossOf(int row) => _losses[row];

    public CheckResult Run()
    {
        var reduced = Call();
        var comparison = new Comparison(_loss, _plan, $"{_shape.Rows}x{_shape.Dimensions}");
        var (sum, size) = (new ExactSum(), new ExactSum());
        var scale = _plan.GradientScale(_shape.Rows, _shape.Rows);
        for (var row = 0; row < _shape.Rows; row++)
        {
            var (term, gradients) = Expect(row);
            sum.Add(term.Value);
            size.Add(Math.Max(Math.Abs(term.Value), term.Floor));
            CompareRow(comparison, row, term, gradients, scale);
        }
        comparison.Reduced(_plan.Reduce(sum.Value, size.Value, _shape.Rows, _shape.Rows), reduced);
        comparison.Damaged("losses", _losses.Damage());
        for (var k = 0; k < 3; k++) comparison.Damaged($"gradient {k + 1}", _gradients[k]?.Damage());
        if (Ulp.IsNarrow(_plan.Precision)) CompareToFloat32(comparison);
        return comparison.Result();
    }

    // An empty span has no shape, and a tensor of vectors without components has one.
    private Layout LayoutOf(Func<nint[], Layout>? layout)
    {
        nint[] shape = [_shape.Rows, _shape.Dimensions];
        if (layout is not null) return layout(shape);
        return _shape.Dimensions == 0 ? new(shape, [0, 1]) : Layout.Dense(_shape.Rows * _shape.Dimensions);
    }

    private void CompareRow(Comparison comparison, int row, Expected term, Expected[][] gradients, double scale)
    {
        if (_upstream is not null) scale *= _upstream.Values[row];
        if (_plan.Wants(Outputs.Losses))
        {
            if (_losses.IsPoisoned(row)) comparison.Unwritten("losses", row);
            comparison.Term(row, term, _losses[row], WhereRow);
        }
        for (var k = 0; k < _vectors.Length; k++)
        {
            if (_gradients[k] is not { } actual) continue;
            var where = Where(k);
            for (var i = 0; i < _shape.Dimensions; i++)
            {
                var index = (long)row * _shape.Dimensions + i;
                if (actual.IsPoisoned(index)) comparison.Unwritten($"gradient {k + 1}", index);
                comparison.Gradient(index, gradients[k][i] * scale, Element.Value(actual[index]), where);
            }
        }
    }

    private void CompareToFloat32(Comparison comparison)
    {
        var plan = _plan with { Precision = Precision.Float32 };
        var wide = new PairCheck<float>(_loss, plan, _shape, _sample.As<float>());
        wide.Call();
        for (var k = 0; k < _vectors.Length; k++)
        {
            if (_gradients[k] is not { } actual || wide._gradients[k] is not { } expected) continue;
            var (name, where) = ($"gradient {k + 1}", Where(k));
            for (var i = 0; i < _shape.Rows * _shape.Dimensions; i++)
                comparison.Rounded(name, i, expected[i], actual[i], slack: 0, where);
        }
    }

    private (Expected Term, Expected[][] Gradients) Expect(int row)
    {
        var (count, d) = (_vectors.Length, _shape.Dimensions);
        var (vectors, gradients) = (new double[count][], new Expected[count][]);
        for (var k = 0; k < count; k++)
        {
            vectors[k] = Element.Values(_sample.Vectors[k][(row * d)..((row + 1) * d)]);
            gradients[k] = new Expected[d];
        }
        return (_loss.Oracle(vectors, _target?.Values[row] ?? 0, gradients), gradients);
    }

    private string WhereRow(long row) => _target is null ? $"row {row}" : $"row {row}, y={_target.Values[row]:R}";

    private Func<long, string> Where(int k) => index =>
        $"{string.Join(", ", _sample.Vectors.Select((v, j) => $"x{j + 1}={Element.Value(v[index]):R}"))}, "
        + $"{WhereRow(index / Math.Max(1, _shape.Dimensions))}, gradient {k + 1}";
}
