namespace FusedLoss.Cli.Demo;

/// <summary>Losses after an epoch, over all of the training samples and over the held-out ones.</summary>
internal readonly record struct EpochLoss(double Train, double HeldOut);

/// <summary>A trained model's course, from before the first epoch, and its result.</summary>
internal sealed record TrainingResult(
    string Name, string Model, IReadOnlyList<EpochLoss> Epochs, Judgement HeldOut, TimeSpan Elapsed);

/// <summary>Mini-batch training of one linear model.</summary>
internal sealed class Training(DemoTask task, Split data)
{
    public const int Epochs = 60;

    private const int BatchSize = 32;
    private const int Seed = 1;
    private const float FirstRate = 0.01f;
    private const float WeightDecay = 1e-3f;

    private readonly LinearModel _model = new(data.Train.Columns, task.Outputs);

    public TrainingResult Run(Action<int> epochDone)
    {
        long start = Environment.TickCount64;
        var random = new Random(Seed);
        int[] order = [.. Enumerable.Range(0, data.Train.Rows)];
        var epochs = new List<EpochLoss> { Losses() };
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            random.Shuffle(order);
            // Down to 0 along half a cosine: noise early, a settled model at the end.
            float rate = FirstRate * 0.5f * (1 + MathF.Cos(MathF.PI * epoch / Epochs));
            foreach (int[] batch in order.Chunk(BatchSize)) Step(batch, rate);
            epochs.Add(Losses());
            epochDone(epoch + 1);
        }
        Judgement heldOut = task.Judge(Scores(data.HeldOut), data.HeldOut, data.TargetScale);
        var elapsed = TimeSpan.FromMilliseconds(Environment.TickCount64 - start);
        return new TrainingResult(task.ToString(), task.Model, epochs, heldOut, elapsed);
    }

    private void Step(int[] rows, float rate)
    {
        Samples batch = data.Train.Take(rows);
        float[] scores = Scores(batch);
        task.Criterion(scores, batch, gradient: scores); // in place: scores are not needed again
        _model.Step(batch.Features, scores, rate, WeightDecay);
    }

    private EpochLoss Losses() => new(LossOf(data.Train), LossOf(data.HeldOut));

    private double LossOf(Samples samples) => task.Criterion(Scores(samples), samples, gradient: default);

    private float[] Scores(Samples samples)
    {
        var scores = new float[samples.Rows * _model.Outputs];
        _model.Forward(samples.Features, scores);
        return scores;
    }
}
