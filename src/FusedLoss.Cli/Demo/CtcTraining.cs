using System.Globalization;

namespace FusedLoss.Cli.Demo;

/// <summary>Learns to read strings of digits from the strings alone: CTC finds out where each digit is.</summary>
internal sealed class CtcTraining
{
    public const string Name = "ctc";
    public const string Model = "96-128-11 network";

    private const int Epochs = 24, BatchesPerEpoch = 50, BatchSize = 32, JudgedStrings = 256;
    private const int Hidden = 128;
    private const float FirstRate = 4e-3f;
    private const float WeightDecay = 1e-5f;

    private readonly DigitStrings _strings;
    private readonly StringBatch _seen, _heldOut;
    private readonly WindowNetwork _network =
        new(DigitStrings.Inputs, Hidden, DigitStrings.Classes, new Random(Seed: 4));

    public CtcTraining()
    {
        (Samples train, Samples heldOut) = DataSets.Digits(); // images that are never in both
        _strings = new DigitStrings(train, seed: 1);
        _seen = new DigitStrings(train, seed: 2).Next(JudgedStrings);
        _heldOut = new DigitStrings(heldOut, seed: 3).Next(JudgedStrings);
    }

    /// <param name="epochDone">Gets a line about every epoch.</param>
    public TrainingResult Run(Action<string> epochDone)
    {
        long start = Environment.TickCount64;
        var epochs = new List<EpochLoss> { Losses() };
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            // Down to 0 along half a cosine: noise early, a settled model at the end.
            float rate = FirstRate * 0.5f * (1 + MathF.Cos(MathF.PI * epoch / Epochs));
            for (int batch = 0; batch < BatchesPerEpoch; batch++) Step(_strings.Next(BatchSize), rate);
            epochs.Add(Losses());
            epochDone(string.Create(CultureInfo.InvariantCulture,
                $"{Name}: epoch {epoch + 1} of {Epochs}, held-out loss {epochs[^1].HeldOut:F4}, {Judge().Text}"));
        }
        var elapsed = TimeSpan.FromMilliseconds(Environment.TickCount64 - start);
        return new TrainingResult("digit strings · ctc", Model, epochs, Judge(), elapsed);
    }

    private void Step(StringBatch batch, float rate)
    {
        float[] scores = _network.Forward(batch.Windows);
        LossOf(batch, scores, gradient: scores); // in place: scores are not needed again
        _network.Step(batch.Windows, scores, rate, WeightDecay);
    }

    private EpochLoss Losses() => new(
        LossOf(_seen, _network.Forward(_seen.Windows), gradient: null),
        LossOf(_heldOut, _network.Forward(_heldOut.Windows), gradient: null));

    private Judgement Judge()
    {
        (CtcShape shape, float[] scores) = (_heldOut.Shape, _network.Forward(_heldOut.Windows));
        var (labels, lengths) = (new int[shape.N * shape.T], new int[shape.N]);
        Ctc.GreedyDecode(
            new CtcArgs<float> { Logits = scores, Shape = shape, InputLengths = _heldOut.InputLengths }, labels,
            lengths);
        double errors = Ctc.LabelErrorRate(labels, lengths, _heldOut.Targets, _heldOut.TargetLengths);
        return new Judgement(errors, string.Create(CultureInfo.InvariantCulture, $"label errors {100 * errors:F1} %"));
    }

    private static double LossOf(StringBatch batch, float[] scores, float[]? gradient) => Loss.Ctc(
        new CtcArgs<float>
        {
            Logits = scores, Shape = batch.Shape, Targets = batch.Targets, TargetLengths = batch.TargetLengths,
            InputLengths = batch.InputLengths, Gradient = gradient,
        });
}
