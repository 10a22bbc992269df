using FusedLoss.Catalogue;

namespace FusedLoss.Cli.Bench;

internal sealed class CtcWorkload<T>(CtcSample<T> sample, LossContext context) : Workload where T : unmanaged
{
    private readonly T[] _gradient = new T[sample.Input.Length];

    /// <summary>Characters of lines, phonemes of utterances, word pieces of utterances.</summary>
    public static CtcSize[] Sizes { get; } = [new(100, 32, 80, 20), new(500, 16, 40, 100), new(100, 16, 5000, 20)];

    public static IEnumerable<Workload> Of(CtcCase loss, int seed, LossContext context) => Sizes.Select(size =>
        new CtcWorkload<T>(loss.Inputs.Sample<T>(size, seed), context)
        {
            Key = loss.Key, Size = $"{size.T} x {size.N} x {size.C}", Elements = (long)size.T * size.N * size.C,
            Precision = Element.PrecisionOf<T>(),
            Bytes = 2L * size.T * size.N * size.C * (Element.PrecisionOf<T>() == Precision.Float32 ? 4 : 8),
        });

    public override void Run(bool inPlace) => Loss.Ctc(
        new CtcArgs<T>
        {
            Logits = sample.Input, Shape = new(sample.Size.T, sample.Size.N, sample.Size.C), Targets = sample.Targets,
            TargetLengths = sample.TargetLengths, InputLengths = sample.InputLengths,
            Gradient = inPlace ? sample.Input : _gradient,
        },
        null, context);
}
