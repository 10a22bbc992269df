namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static readonly ClassCall Nll = ClassCall.Of<NllOptions>(Loss.Nll, Loss.Nll, Loss.Nll, Loss.Nll);
    private static readonly ClassCall MultiMargin = ClassCall.Of<MultiMarginOptions>(
        Loss.MultiMargin, Loss.MultiMargin, Loss.MultiMargin, Loss.MultiMargin);
    private static readonly ClassCall MultilabelMargin = ClassCall.Of<MultilabelMarginOptions>(
        Loss.MultilabelMargin, Loss.MultilabelMargin, Loss.MultilabelMargin, Loss.MultilabelMargin);
    private static readonly ClassCall MultilabelSoftMargin = ClassCall.Of<MultilabelSoftMarginOptions>(
        SoftOf, SoftOf, SoftOf, SoftOf);

    private static ClassCase[] ClassMargins =>
    [
        NllRow("", Labelled), NllRow("weight", Weighted), NllRow("ignored", new(Ignored: DefaultIgnoreIndex)),
        NllRow("ignore_index=0", new(Ignored: 0)), NllRow("weight ignore_index=255", new(Weights: true, Ignored: 255)),
        MultiMarginRow("", 1, 1), MultiMarginRow("weight", 1, 1, weights: true),
        MultiMarginRow("margin=0.3", 1, 0.3), MultiMarginRow("margin=-0.25", 1, -0.25),
        MultiMarginRow("p=2", 2, 1), MultiMarginRow("p=2 weight margin=2.1", 2, 2.1, weights: true),
        new("multilabel_margin", "", MultilabelMargin, new MultilabelMarginOptions(), Oracles.MultilabelMargin,
            new(ClassTarget.LabelLists) { Grid = true }, Both(4, 1, 0))
        {
            Takes = shape => shape.Inner == 1 && shape.Classes <= 8192,
        },
        SoftRow("", new(ClassTarget.Probabilities)), SoftRow("weight", new(ClassTarget.Probabilities, Weights: true)),
        SoftRow("any numbers", new(ClassTarget.AnyNumbers)),
    ];

    private static ClassCase NllRow(string variant, ClassInputs inputs)
    {
        var ignored = inputs.Ignored ?? DefaultIgnoreIndex;
        var options = new NllOptions { IgnoreIndex = ignored };
        return new("nll", variant, Nll, options, Oracles.Nll(ignored), inputs, Both(0.51, 0, 0))
        {
            Mean = inputs.Weights ? Divisor.Weights : Divisor.Count,
        };
    }

    // With p = 1 a rounded difference may fall on either side of a margin; the grid leaves nothing to round.
    private static ClassCase MultiMarginRow(string variant, int p, double margin, bool weights = false)
    {
        var options = new MultiMarginOptions { P = p, Margin = margin };
        var inputs = new ClassInputs(Weights: weights) { Grid = p == 1 };
        var oracle = Oracles.MultiMargin(p, margin);
        return new("multi_margin", variant, MultiMargin, options, oracle, inputs, SumLimits(0));
    }

    private static ClassCase SoftRow(string variant, ClassInputs inputs) =>
        new("multilabel_soft_margin", variant, MultilabelSoftMargin, new MultilabelSoftMarginOptions(),
            Oracles.MultilabelSoftMargin, inputs, SumLimits(4))
        {
            Takes = shape => shape.Inner == 1,
        };

    private static double SoftOf<T>(
        scoped in ClassArgs<T> args, MultilabelSoftMarginOptions? options, LossContext? context) where T : unmanaged =>
        Loss.MultilabelSoftMargin(Distribution(args), options, context);

    // In float64 the sums are no more precise than their terms: thousands of classes show.
    private static Limits SumLimits(double target) => new(new(4, 4, target), new(12, 4, target));
}
