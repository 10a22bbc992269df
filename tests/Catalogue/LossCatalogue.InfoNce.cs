namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static readonly ClassCall InfoNce =
        ClassCall.Of<InfoNceOptions>(Loss.InfoNce, Loss.InfoNce, Loss.InfoNce, Loss.InfoNce);

    private static ClassCase[] InfoNces =>
    [
        InfoNceRow("", new() { Positives = InfoNcePositives.Diagonal }),
        InfoNceRow("temperature=0.5", new() { Positives = InfoNcePositives.Diagonal }, 0.5),
        InfoNceRow("labels", Labelled), InfoNceRow("labels temperature=2", Labelled, 2),
        InfoNceRow("nt_xent", new() { Positives = InfoNcePositives.NtXent }),
        InfoNceRow("nt_xent temperature=0.5", new() { Positives = InfoNcePositives.NtXent }, 0.5),
    ];

    private static ClassCase InfoNceRow(string variant, ClassInputs inputs, double temperature = 0.07)
    {
        var positives = inputs.Positives ?? InfoNcePositives.Diagonal;
        var options = new InfoNceOptions { Temperature = temperature, Positives = positives };
        var oracle = Oracles.InfoNce(temperature, positives == InfoNcePositives.NtXent);
        return new("info_nce", variant, InfoNce, options, oracle, inputs, new(new(2, 3, 0), new(2.5, 3.2, 0)))
        {
            Takes = shape => shape.Inner == 1 && inputs.Positives switch
            {
                InfoNcePositives.Diagonal => shape.Classes >= shape.Outer,
                InfoNcePositives.NtXent => shape.Outer == 0 || (shape.Classes == shape.Outer && shape.Outer % 2 == 0),
                _ => true,
            },
        };
    }
}
