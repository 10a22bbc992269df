using System.Numerics.Tensors;

namespace FusedLoss.Cli.Demo;

/// <summary>scores = W2 max(0, W1 x + b1) + b2, the same for every frame. Trained by Adam.</summary>
internal sealed class WindowNetwork
{
    private readonly int _inputs, _hidden, _outputs;
    private readonly Parameters _weights1, _bias1, _weights2, _bias2;
    private float[] _active = [];
    private int _step;

    public WindowNetwork(int inputs, int hidden, int outputs, Random random)
    {
        (_inputs, _hidden, _outputs) = (inputs, hidden, outputs);
        // He et al., arXiv:1502.01852: what rectified layers start with.
        _weights1 = new Parameters(hidden * inputs).Spread(random, MathF.Sqrt(6f / inputs));
        _weights2 = new Parameters(outputs * hidden).Spread(random, MathF.Sqrt(6f / hidden));
        _bias1 = new Parameters(hidden);
        _bias2 = new Parameters(outputs);
    }

    /// <summary>Scores [rows, outputs] of windows [rows, inputs].</summary>
    public float[] Forward(float[] windows)
    {
        int rows = windows.Length / _inputs;
        _active = new float[rows * _hidden];
        var scores = new float[rows * _outputs];
        for (int row = 0; row < rows; row++)
        {
            Span<float> active = _active.AsSpan(row * _hidden, _hidden);
            Layer(_weights1, _bias1, windows.AsSpan(row * _inputs, _inputs), active);
            TensorPrimitives.Max(active, 0, active);
            Layer(_weights2, _bias2, active, scores.AsSpan(row * _outputs, _outputs));
        }
        return scores;
    }

    /// <summary>One step of Adam down the gradient with respect to the scores of the last
    /// <see cref="Forward"/>.</summary>
    public void Step(float[] windows, float[] gradient, float rate, float weightDecay)
    {
        Parameters[] all = [_weights1, _bias1, _weights2, _bias2];
        foreach (Parameters one in all) TensorPrimitives.Multiply(one.Values, weightDecay, one.Gradient);
        var back = new float[_hidden];
        for (int row = 0; row < gradient.Length / _outputs; row++)
        {
            ReadOnlySpan<float> active = _active.AsSpan(row * _hidden, _hidden);
            ReadOnlySpan<float> slope = gradient.AsSpan(row * _outputs, _outputs);
            Array.Clear(back);
            for (int output = 0; output < _outputs; output++)
            {
                ReadOnlySpan<float> weights = _weights2.Values.AsSpan(output * _hidden, _hidden);
                TensorPrimitives.MultiplyAdd(weights, slope[output], back, back);
            }
            for (int unit = 0; unit < _hidden; unit++)
                if (active[unit] == 0) back[unit] = 0;
            Collect(_weights2, _bias2, active, slope);
            Collect(_weights1, _bias1, windows.AsSpan(row * _inputs, _inputs), back);
        }
        _step++;
        foreach (Parameters one in all) one.Adam(_step, rate);
    }

    private static void Layer(Parameters weights, Parameters bias, ReadOnlySpan<float> x, Span<float> y)
    {
        for (int unit = 0; unit < y.Length; unit++)
            y[unit] = TensorPrimitives.Dot(x, weights.Values.AsSpan(unit * x.Length, x.Length)) + bias.Values[unit];
    }

    /// <summary>A row's part of the gradient of a layer.</summary>
    private static void Collect(Parameters weights, Parameters bias, ReadOnlySpan<float> x, ReadOnlySpan<float> slope)
    {
        for (int unit = 0; unit < slope.Length; unit++)
        {
            if (slope[unit] == 0) continue;
            Span<float> sum = weights.Gradient.AsSpan(unit * x.Length, x.Length);
            TensorPrimitives.MultiplyAdd(x, slope[unit], sum, sum);
            bias.Gradient[unit] += slope[unit];
        }
    }
}
