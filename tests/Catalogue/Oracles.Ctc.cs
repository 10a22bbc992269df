namespace FusedLoss.Catalogue;

/// <summary>What CTC makes of one sample: minus the logarithm of the target's probability, and for every frame and
/// class the share of the paths that are there.</summary>
internal sealed record CtcTruth(double Loss, double[][] Shares);

internal static partial class Oracles
{
    /// <summary>The recurrences of Graves et al. 2006, section 4.1, with logarithms. <c>logs[t][k]</c> is the logarithm
    /// of class k's probability at frame t.</summary>
    public static CtcTruth Ctc(Twofold[][] logs, int[] labels, int blank)
    {
        int[] states = [blank, .. labels.SelectMany(label => (int[])[label, blank])];
        var frames = logs.Length;
        if (frames == 0) return new(labels.Length == 0 ? 0 : double.PositiveInfinity, []);
        var (forward, backward) = (Forward(logs, states), Backward(logs, states));
        var last = forward[^1];
        var all = states.Length == 1 ? last[0] : Twofold.LogSum(last[^1], last[^2]);
        var shares = new double[frames][];
        for (var t = 0; t < frames; t++)
        {
            shares[t] = new double[logs[t].Length];
            for (var s = 0; s < states.Length; s++)
                shares[t][states[s]] += Math.Exp((forward[t][s] + backward[t][s] - all).Value);
        }
        return new(all.High == 0 ? 0 : -all.Value, shares);
    }

    /// <summary>ln softmax of one row, to more than double precision where it counts: far from the maximum.</summary>
    public static Twofold[] LogSoftmax(ReadOnlySpan<double> logits)
    {
        var top = double.NegativeInfinity;
        foreach (var x in logits) top = Math.Max(top, x); // NaN stays
        var shifted = new Twofold[logits.Length];
        for (var c = 0; c < shifted.Length; c++) shifted[c] = new Twofold(logits[c], 0) + -top;
        // PyTorch: a row with +inf or NaN, or of -inf only, has no softmax.
        var norm = double.IsFinite(top) ? Twofold.LogSum(shifted) : new(double.NaN, 0);
        for (var c = 0; c < shifted.Length; c++) shifted[c] -= norm;
        return shifted;
    }

    // Paths that have come to state s with frame t, its own probability included.
    private static Twofold[][] Forward(Twofold[][] logs, int[] states)
    {
        var all = new Twofold[logs.Length][];
        for (var t = 0; t < logs.Length; t++)
        {
            all[t] = new Twofold[states.Length];
            for (var s = 0; s < states.Length; s++)
            {
                var before = t == 0 ? s < 2 ? Twofold.Zero : Twofold.Nothing
                    : Twofold.LogSum(all[t - 1][s], At(all[t - 1], s - 1), Skips(states, s) ? all[t - 1][s - 2]
                        : Twofold.Nothing);
                all[t][s] = before + logs[t][states[s]];
            }
        }
        return all;
    }

    // Paths that go on from state s after frame t, up to the end.
    private static Twofold[][] Backward(Twofold[][] logs, int[] states)
    {
        var all = new Twofold[logs.Length][];
        for (var t = logs.Length - 1; t >= 0; t--)
        {
            var (next, here) = (t + 1, new Twofold[states.Length]);
            for (var s = 0; s < states.Length; s++)
            {
                here[s] = next == logs.Length ? s >= states.Length - 2 ? Twofold.Zero : Twofold.Nothing
                    : Twofold.LogSum(Via(s), Via(s + 1), Skips(states, s + 2) ? Via(s + 2) : Twofold.Nothing);
            }
            all[t] = here;

            Twofold Via(int s) =>
                s < states.Length ? all[next][s] + logs[next][states[s]] : Twofold.Nothing;
        }
        return all;
    }

    private static Twofold At(Twofold[] column, int s) => s < 0 ? Twofold.Nothing : column[s];

    // From one label to the next without the blank between them, which only different labels may leave out.
    private static bool Skips(int[] states, int s) =>
        s > 1 && s < states.Length && s % 2 == 1 && states[s] != states[s - 2];
}
