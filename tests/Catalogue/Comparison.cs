using System.Globalization;

namespace FusedLoss.Catalogue;

/// <summary>Compares results with an oracle and remembers the worst error of each kind and the first failure.</summary>
internal sealed class Comparison(LossCase loss, CheckPlan plan, string size)
{
    private readonly Tolerance _limits = loss.Limits.For(plan.Precision);
    private readonly Precision _inner = Ulp.Inner(plan.Precision);
    private double _loss, _gradient, _others, _sum;
    private string? _failure;

    public void Term(long index, Expected expected, double actual, Func<long, string> where) =>
        Take(ref _loss, "loss", index, expected, actual, _limits.Loss, where, _inner);

    public void Gradient(long index, Expected expected, double actual, Func<long, string> where) =>
        Take(ref _gradient, "gradient", index, expected, actual, _limits.Gradient + plan.ScaleUlp, where,
            plan.Precision);

    public void TargetGradient(long index, Expected expected, double actual, Func<long, string> where) =>
        Take(ref _others, "target gradient", index, expected, actual, _limits.Target + plan.ScaleUlp, where,
            plan.Precision);

    public void ExtraGradient(long index, Expected expected, double actual, Func<long, string> where) =>
        Take(ref _others, "extra gradient", index, expected, actual, _limits.Extra + plan.ScaleUlp, where,
            plan.Precision);

    public void LogSumExp(long index, Expected expected, double actual, Func<long, string> where) =>
        Take(ref _others, "log-sum-exp", index, expected, actual, _limits.LogSumExp, where, _inner);

    /// <summary>A prediction is the first of the largest; where scores carry a rounding, any that this may have made
    /// the largest.</summary>
    public void Prediction(long index, long expected, long actual, double distance, Func<long, string> where)
    {
        if (expected == actual || distance <= _limits.LogSumExp) return;
        _failure ??= Invariant($"{Head("prediction")}[{index}] at {where(index)}: expected {expected}, got {actual}");
    }

    /// <summary>A 16-bit gradient is that of float32 after one rounding, or after the rounding of a number so few ulp
    /// from it.</summary>
    public void Rounded<T>(
        string what, long index, Expected float32, T actual, double slack, Func<long, string> where) where T : unmanaged
    {
        var (wide, narrow) = (Element.Value(Element.Of<T>(float32.Value)), Element.Value(actual));
        if (wide.Equals(narrow) && double.IsNegative(wide) == double.IsNegative(narrow)) return;
        if (double.IsNaN(wide) && double.IsNaN(narrow)) return;
        if (slack > 0 && Ulp.ErrorBeyondRounding(plan.Precision, float32, narrow) <= slack) return;
        _failure ??= Invariant(
            $"{Head(what)}[{index}] at {where(index)}: float32 rounds to {wide:R}, but got {narrow:R}");
    }

    /// <summary>The reduced loss: expected.Floor is the sum of the terms' magnitudes, divided like the sum.</summary>
    public void Reduced(Expected expected, double actual)
    {
        var difference = expected.Value.Equals(actual) ? 0
            : double.IsFinite(expected.Value) && double.IsFinite(actual) ? Math.Abs(expected.Value - actual)
            : double.PositiveInfinity;
        var error = difference == 0 ? 0 : difference / (Ulp.Epsilon(_inner) * expected.Floor);
        _sum = Math.Max(_sum, error);
        var limit = Ulp.OfSum(_inner, expected.Floor, _limits.Loss);
        if (difference == 0 || difference <= limit || _failure is not null) return;
        _failure = Invariant($"{Head("reduced loss")}: {Numbers(expected.Value, actual, error, _limits.Loss)}");
    }

    public void Unwritten(string what, long index) => _failure ??= $"{Head(what)}[{index}] was not written";

    public void Damaged(string what, string? damage) =>
        _failure ??= damage is null ? null : $"{Head(what)}: {damage}";

    public CheckResult Result() => new(loss.Name, plan, size, _loss, _gradient, _others, _sum, _failure);

    private void Take(
        ref double worst, string what, long index, Expected expected, double actual, double limit,
        Func<long, string> where, Precision precision)
    {
        var error = Ulp.IsNarrow(precision) ? Ulp.ErrorBeyondRounding(precision, expected, actual)
            : Ulp.Error(precision, expected, actual);
        if (error > worst) worst = error;
        if (error <= limit || _failure is not null) return;
        var numbers = Numbers(expected.Value, actual, error, limit);
        _failure = Invariant($"{Head(what)}[{index}] at {where(index)}: {numbers}");
    }

    private string Head(string what) => $"{loss.Name} ({size}, {plan}): {what}";

    private static string Numbers(double expected, double actual, double error, double limit) =>
        Invariant($"expected {expected:R}, got {actual:R}, {error:G4} ulp (limit {limit:G4})");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
