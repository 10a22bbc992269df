namespace FusedLoss.Cli.Demo;

/// <summary>Values with their gradient and its two running moments (Kingma and Ba, arXiv:1412.6980).</summary>
internal sealed class Parameters(int count)
{
    private const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    private readonly float[] _mean = new float[count], _square = new float[count];

    public float[] Values { get; } = new float[count];

    public float[] Gradient { get; } = new float[count];

    /// <summary>Random values between -bound and bound.</summary>
    public Parameters Spread(Random random, float bound)
    {
        for (int i = 0; i < Values.Length; i++) Values[i] = bound * (2 * random.NextSingle() - 1);
        return this;
    }

    public void Adam(int step, float rate)
    {
        float meanScale = 1 / (1 - MathF.Pow(Beta1, step)), squareScale = 1 / (1 - MathF.Pow(Beta2, step));
        for (int i = 0; i < Values.Length; i++)
        {
            float g = Gradient[i];
            _mean[i] = Beta1 * _mean[i] + (1 - Beta1) * g;
            _square[i] = Beta2 * _square[i] + (1 - Beta2) * g * g;
            Values[i] -= rate * (_mean[i] * meanScale) / (MathF.Sqrt(_square[i] * squareScale) + Epsilon);
        }
    }
}
