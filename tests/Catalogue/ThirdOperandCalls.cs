namespace FusedLoss.Catalogue;

/// <summary>The third operand is a variance.</summary>
internal sealed class GaussianNllCall : PointwiseCall
{
    public override double Run<T>(scoped in PointwiseRun<T> run, LossOptions? options, LossContext? context) =>
        Loss.GaussianNll(
            new GaussianNllArgs<T>
            {
                Input = run.Input, Target = run.Target, Var = run.Extra, Upstream = run.Upstream, Losses = run.Losses,
                Gradient = run.Gradient, TargetGradient = run.TargetGradient, VarGradient = run.ExtraGradient,
            },
            (GaussianNllOptions?)options, context);
}

/// <summary>The third operand is a second input.</summary>
internal sealed class MarginRankingCall : PointwiseCall
{
    public override double Run<T>(scoped in PointwiseRun<T> run, LossOptions? options, LossContext? context) =>
        Loss.MarginRanking(
            new MarginRankingArgs<T>
            {
                Input1 = run.Input, Input2 = run.Extra, Target = run.Target, Upstream = run.Upstream,
                Losses = run.Losses, Gradient1 = run.Gradient, Gradient2 = run.ExtraGradient,
                TargetGradient = run.TargetGradient,
            },
            (MarginRankingOptions?)options, context);
}
