namespace FusedLoss.Tests.Oracle;

/// <summary>The oracles' gradients are the derivatives of the oracles' losses.</summary>
public class FiniteDifferenceTests
{
    /// <summary>Scores beyond this are as far from their row's others as these are, and steps need not grow.</summary>
    internal const double Far = 16;

    public static TheoryData<string> Pointwise => [.. LossCatalogue.Pointwise.Select(loss => loss.Name)];

    public static TheoryData<string> Classes => [.. LossCatalogue.Classes.Select(loss => loss.Name)];

    [Theory, MemberData(nameof(Pointwise))]
    public void PointwiseGradientIsTheDerivative(string name)
    {
        var loss = LossCatalogue.PointwiseNamed(name);
        var sample = loss.Inputs.Sample<double>(400, seed: 5);
        for (var i = 0; i < sample.Input.Length; i++)
        {
            var (x, t) = (sample.Input[i], sample.Target[i]);
            var (w, q) = (sample.Weight?[i] ?? 1, sample.Extra?[i] ?? 1);
            var here = loss.Oracle(x, t, w, q);
            var oracle = Undetached(loss, here.Loss.Value, x, t);
            if (CanVaryInput(loss.Inputs.Domain, x))
                Same(y => oracle(y, t, w, q).Loss.Value, x, here.Gradient.Value, $"{name}: d/dx at x={x:R}, t={t:R}");
            var at = $"x={x:R}, t={t:R}, q={q:R}";
            if (CanVaryTarget(loss, x, t))
                Same(y => oracle(x, y, w, q).Loss.Value, t, here.TargetGradient.Value, $"{name}: d/dt at {at}");
            if (!loss.HasExtraGradient || !CanVaryExtra(loss.Options, q)) continue;
            Same(y => oracle(x, t, w, y).Loss.Value, q, here.ExtraGradient.Value, $"{name}: d/dq at {at}");
        }
    }

    [Theory, MemberData(nameof(Classes))]
    public void ClassGradientIsTheDerivative(string name)
    {
        var loss = LossCatalogue.ClassesNamed(name);
        foreach (var shape in new ClassShape[] { new(60, 2), new(40, 3), new(20, 9) })
        {
            if (!CatalogueRunner.Fits(loss, shape)) continue;
            var sample = loss.Inputs.Sample<double>(shape, seed: 5);
            for (var row = 0; row < shape.Outer; row++) CheckRow(loss, sample, row, (int)shape.Classes);
        }
    }

    // Near a pole of a logarithm a step is too long, and beyond it there is nothing.
    private static bool CanVaryInput(Domain domain, double x) => domain switch
    {
        Domain.Probabilities => x is > 0.05 and < 0.95,
        Domain.Rates => x > 0.5,
        _ => true,
    };

    // Focal: 1 - p_t must stay positive for a target a step outside of [0, 1], it is raised to a power. Gradients that
    // are decisions are not derivatives: Stirling's term begins with a jump.
    private static bool CanVaryTarget(PointwiseCase loss, double x, double t) => loss.Options switch
    {
        SigmoidFocalOptions focal => focal.Gradient == FocalGradient.True && Math.Abs(x) < 10,
        BceOptions => CanVaryInput(Domain.Probabilities, x),
        PoissonNllOptions { Full: true } => t != 1,
        KlDivOptions { LogTarget: false } => t > 0.05,
        _ => !loss.TargetIsConstant,
    };

    // The gradient to a variance below eps is a decision; near 0 a step is too long.
    private static bool CanVaryExtra(LossOptions options, double q) =>
        options is not GaussianNllOptions gaussian || q > Math.Max(0.05, gaussian.Eps + Ulp.Step);

    private static void CheckRow(ClassCase loss, ClassSample<double> sample, int row, int classes)
    {
        var x = sample.Logits.AsSpan(row * classes, classes).ToArray();
        var t = sample.Probabilities?.AsSpan(row * classes, classes).ToArray() ?? [];
        var (gradient, target) = (new Expected[classes], new Expected[classes]);
        double At(ClassOracle oracle, Expected[] dx, Expected[] dt) => oracle(
            new ClassRow
            {
                Logits = x, Label = sample.LabelOf(row), Labels = sample.ListOf(row), Probabilities = t,
                Weights = sample.Weights,
            },
            new ClassRowGradients { Logits = dx, Probabilities = dt }).Value;

        var here = At(loss.Oracle, gradient, target);
        var plain = Undetached(loss);
        var frozen = plain is null ? 1 : At(plain, new Expected[classes], []) is var ce and not 0 ? here / ce : 0;
        for (var c = 0; c < classes; c++)
        {
            var where = $"{loss.Name}: row {row}, class {c}, label {sample.LabelOf(row)}";
            Same(y =>
                With(x, c, y, () => frozen * At(plain ?? loss.Oracle, new Expected[classes], new Expected[classes])),
                x[c], gradient[c].Value, $"d/dx, {where}", Far);
            if (t.Length == 0) continue;
            Same(y => With(t, c, y, () => At(loss.Oracle, new Expected[classes], new Expected[classes])),
                t[c], target[c].Value, $"d/dt, {where}", Far);
        }
    }

    private static double With(double[] values, int index, double value, Func<double> evaluate)
    {
        var before = values[index];
        values[index] = value;
        try { return evaluate(); }
        finally { values[index] = before; }
    }

    // A detached modulation is a constant: the derivative is that of the loss without modulation, times the constant.
    private static PointwiseOracle Undetached(PointwiseCase loss, double here, double x, double t)
    {
        if (loss.Options is not SigmoidFocalOptions { Gradient: FocalGradient.Detached } options) return loss.Oracle;
        var plain = Oracles.SigmoidFocal(options.Alpha, 0, detach: false);
        var ce = plain(x, t, 1, 1).Loss.Value;
        var frozen = ce == 0 ? 0 : here / ce;
        return (a, b, w, q) => plain(a, b, w, q) is var term ? term with { Loss = term.Loss * frozen } : default;
    }

    private static ClassOracle? Undetached(ClassCase loss) =>
        loss.Options is SoftmaxFocalOptions { Gradient: FocalGradient.Detached } options
            ? Oracles.SoftmaxFocal(0, options.Alpha, options.IgnoreIndex, detach: false)
            : null;

    // At a kink any slope between the one on the left and the one on the right will do.
    internal static void Same(
        Func<double, double> f, double x, double gradient, string where, double far = double.MaxValue)
    {
        var h = Ulp.Step * Math.Clamp(Math.Abs(x), 1, far);
        var (below, here, above) = (f(x - h), f(x), f(x + h));
        var (left, right) = ((here - below) / h, (above - here) / h);
        var limit = Ulp.FiniteDifference * (1 + Math.Abs(here) + Math.Abs(gradient));
        var central = (above - below) / (2 * h);
        if (Math.Abs(central - gradient) <= limit) return;
        var between = gradient >= Math.Min(left, right) - limit && gradient <= Math.Max(left, right) + limit;
        Assert.True(between, $"{where}: gradient {gradient:R}, difference quotient {central:R} (limit {limit:G3})");
    }
}
