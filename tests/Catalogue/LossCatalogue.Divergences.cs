namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static readonly ClassCall Jsd = ClassCall.Of<JsdOptions>(JsdOf, JsdOf, JsdOf, JsdOf);
    private static readonly ClassCall Tvd = ClassCall.Of<TvdOptions>(TvdOf, TvdOf, TvdOf, TvdOf);

    private static ClassCase[] Divergences =>
    [
        JsdRow("", 0.5), JsdRow("beta=0", 0), JsdRow("beta=1", 1), JsdRow("beta=0.1", 0.1), JsdRow("beta=0.9", 0.9),
        JsdRow("temperature=2.5", 0.5, 2.5), JsdRow("beta=0 temperature=0.5", 0, 0.5),
        JsdRow("beta=1 temperature=3", 1, 3),
        JsdRow("log_probabilities", 0.5, logs: true), JsdRow("beta=0 log_probabilities", 0, logs: true),
        JsdRow("beta=1 log_probabilities", 1, logs: true), JsdRow("beta=0.3 log_probabilities", 0.3, logs: true),
        TvdRow(""), TvdRow("temperature=2.5", 2.5), TvdRow("temperature=0.5", 0.5),
        TvdRow("log_probabilities", logs: true),
    ];

    private static ClassCase JsdRow(string variant, double beta, double temperature = 1, bool logs = false)
    {
        var options = new JsdOptions { Beta = beta, Temperature = temperature, Input = InputOf(logs) };
        var inputs = new ClassInputs(logs ? ClassTarget.LogProbabilities : ClassTarget.Scores);
        return new(
            "jsd", variant, Jsd, options, Oracles.Jsd(beta, temperature, logs), inputs, DivergenceLimits);
    }

    private static ClassCase TvdRow(string variant, double temperature = 1, bool logs = false)
    {
        var options = new TvdOptions { Temperature = temperature, Input = InputOf(logs) };
        var inputs = new ClassInputs(logs ? ClassTarget.LogProbabilitiesApart : ClassTarget.ScoresApart)
        {
            Temperature = temperature,
        };
        return new("tvd", variant, Tvd, options, Oracles.Tvd(temperature, logs), inputs, DivergenceLimits);
    }

    private static DistributionInput InputOf(bool logs) =>
        logs ? DistributionInput.LogProbabilities : DistributionInput.Logits;

    private static double JsdOf<T>(scoped in ClassArgs<T> args, JsdOptions? options, LossContext? context)
        where T : unmanaged => Loss.Jsd(Distribution(args), options, context);

    private static double TvdOf<T>(scoped in ClassArgs<T> args, TvdOptions? options, LossContext? context)
        where T : unmanaged => Loss.Tvd(Distribution(args), options, context);

    /// <summary>The same buffers under the names that losses between distributions have for them.</summary>
    private static DistributionArgs<T> Distribution<T>(in ClassArgs<T> args) where T : unmanaged => new()
    {
        Input = args.Logits,
        Target = args.Probabilities,
        Shape = args.Shape,
        ClassWeights = args.ClassWeights,
        Upstream = args.Upstream,
        Losses = args.Losses,
        Gradient = args.Gradient,
        TargetGradient = args.TargetGradient,
    };

    private static Limits DivergenceLimits => new(new(8, 16, 16), new(8, 16, 16));
}
