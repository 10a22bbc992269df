using System.Globalization;
using System.Numerics.Tensors;

namespace FusedLoss.Cli.Demo;

/// <summary>How good scores are, in the terms of the task. <c>Value</c> is the first of the numbers in
/// <c>Text</c>.</summary>
internal readonly record struct Judgement(double Value, string Text);

internal delegate Judgement Judge(ReadOnlySpan<float> scores, Samples truth, float targetScale);

/// <summary>Accuracy, F1, area under the ROC curve, root mean square error, R².</summary>
internal static class Metrics
{
    public static Judgement Accuracy(ReadOnlySpan<float> scores, Samples truth, float targetScale)
    {
        int classes = scores.Length / truth.Rows, right = 0;
        for (int row = 0; row < truth.Rows; row++)
        {
            if (TensorPrimitives.IndexOfMax(scores.Slice(row * classes, classes)) == truth.Labels[row]) right++;
        }
        double accuracy = (double)right / truth.Rows;
        return new Judgement(accuracy, Invariant($"accuracy {100 * accuracy:F1} %"));
    }

    public static Judgement Detection(ReadOnlySpan<float> scores, Samples truth, float targetScale)
    {
        int found = 0, missed = 0, falseAlarms = 0;
        for (int row = 0; row < truth.Rows; row++)
        {
            switch (scores[row] > 0, truth.Labels[row] == 1)
            {
                case (true, true): found++; break;
                case (false, true): missed++; break;
                case (true, false): falseAlarms++; break;
            }
        }
        double accuracy = 1 - (double)(missed + falseAlarms) / truth.Rows;
        double f1 = 2.0 * found / (2 * found + missed + falseAlarms);
        return new Judgement(accuracy, Invariant(
            $"accuracy {100 * accuracy:F1} %, F1 {f1:F3}, AUC {AreaUnderRoc(scores, truth.Labels):F3}"));
    }

    /// <summary>RMSE in the unit of the data, and the share of the targets' variance that is explained.</summary>
    public static Judgement Regression(ReadOnlySpan<float> scores, Samples truth, float targetScale)
    {
        double error = 0, variance = 0, mean = truth.Targets.Average();
        for (int row = 0; row < truth.Rows; row++)
        {
            error += Math.Pow(scores[row] - truth.Targets[row], 2);
            variance += Math.Pow(truth.Targets[row] - mean, 2);
        }
        double rmse = Math.Sqrt(error / truth.Rows) * targetScale;
        return new Judgement(rmse, Invariant($"RMSE {rmse:F1}, R² {1 - error / variance:F3}"));
    }

    /// <summary>Probability that a positive scores above a negative; ties count half. Pairs are few enough to look at
    /// all.</summary>
    private static double AreaUnderRoc(ReadOnlySpan<float> scores, int[] labels)
    {
        double above = 0;
        long pairs = 0;
        for (int p = 0; p < labels.Length; p++)
        {
            for (int n = 0; labels[p] == 1 && n < labels.Length; n++)
            {
                if (labels[n] == 1) continue;
                above += scores[p] > scores[n] ? 1 : scores[p] == scores[n] ? 0.5 : 0;
                pairs++;
            }
        }
        return above / pairs;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
