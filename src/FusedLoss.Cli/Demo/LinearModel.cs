using System.Numerics.Tensors;

namespace FusedLoss.Cli.Demo;

/// <summary>scores = W x + b: linear, logistic or multinomial regression, as the loss behind it decides. Trained by
/// Adam.</summary>
internal sealed class LinearModel(int inputs, int outputs)
{
    private readonly Parameters _weights = new(outputs * inputs), _bias = new(outputs);
    private int _step;

    public int Outputs => outputs;

    /// <summary>Scores of every row of <paramref name="features"/> [n, inputs] into <paramref name="scores"/> [n,
    /// outputs].</summary>
    public void Forward(ReadOnlySpan<float> features, Span<float> scores)
    {
        for (int row = 0; row < scores.Length / outputs; row++)
        {
            ReadOnlySpan<float> x = features.Slice(row * inputs, inputs);
            for (int output = 0; output < outputs; output++)
            {
                float product = TensorPrimitives.Dot(x, _weights.Values.AsSpan(output * inputs, inputs));
                scores[row * outputs + output] = product + _bias.Values[output];
            }
        }
    }

    /// <summary>One step of Adam down the gradient with respect to the scores [n, outputs].</summary>
    public void Step(ReadOnlySpan<float> features, ReadOnlySpan<float> gradient, float rate, float weightDecay)
    {
        TensorPrimitives.Multiply(_weights.Values, weightDecay, _weights.Gradient);
        Array.Clear(_bias.Gradient);
        for (int row = 0; row < gradient.Length / outputs; row++)
        {
            ReadOnlySpan<float> x = features.Slice(row * inputs, inputs);
            for (int output = 0; output < outputs; output++)
            {
                float g = gradient[row * outputs + output];
                Span<float> sum = _weights.Gradient.AsSpan(output * inputs, inputs);
                TensorPrimitives.MultiplyAdd(x, g, sum, sum);
                _bias.Gradient[output] += g;
            }
        }
        _step++;
        _weights.Adam(_step, rate);
        _bias.Adam(_step, rate);
    }
}
