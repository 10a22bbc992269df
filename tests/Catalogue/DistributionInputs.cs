namespace FusedLoss.Catalogue;

/// <summary>Pairs of distributions for <see cref="ClassInputs"/>: the teacher's scores are the student's with noise, or
/// have nothing to do with them, or are equal to them.</summary>
internal static class DistributionInputs
{
    /// <summary>Where the sign of a difference counts, logarithms are this far apart, which rounding does not
    /// bridge.</summary>
    private const double Apart = 1e-3;

    public static ClassSample<T> Sample<T>(ClassShape shape, ClassTarget target, double temperature, int seed)
        where T : unmanaged
    {
        var logs = target is ClassTarget.LogProbabilities or ClassTarget.LogProbabilitiesApart;
        var apart = target is ClassTarget.ScoresApart or ClassTarget.LogProbabilitiesApart;
        var plain = new ClassInputs();
        var (x, other) = (plain.Sample<T>(shape, seed).Logits, plain.Sample<T>(shape, seed + 1).Logits);
        var (random, t) = (new Random(seed), new T[x.Length]);
        var labels = new long[shape.Outer * shape.Inner];
        for (var row = 0; row < labels.Length; row++)
        {
            var kind = random.Next(8);
            var pair = (Student: Row(x, shape, row), Teacher: Row(other, shape, row));
            if (kind < 4) pair.Teacher = Array.ConvertAll(pair.Student, value => value + Noise(random, kind));
            if (logs) pair = (LogSoftmax(pair.Student), LogSoftmax(pair.Teacher));
            pair = (Rounded<T>(pair.Student), Rounded<T>(pair.Teacher));
            if (apart && kind != 0) Separate<T>(random, pair.Student, pair.Teacher, logs ? 0 : temperature);
            Put(x, shape, row, pair.Student);
            Put(t, shape, row, pair.Teacher);
        }
        return new(shape, x, labels, t, null);
    }

    private static double Noise(Random random, int kind) => kind == 0 ? 0 : (random.NextDouble() - 0.5) * kind;

    // Moves a teacher's score wherever both probabilities are nearly equal, until none is. Scores that are equal in
    // every class, and classes that have no probability worth speaking of, stay.
    private static void Separate<T>(Random random, double[] student, double[] teacher, double temperature)
        where T : unmanaged
    {
        for (var round = 0; round < 200; round++)
        {
            var (q, p) = temperature == 0 ? (student, teacher)
                : (LogSoftmax(student, temperature), LogSoftmax(teacher, temperature));
            var found = false;
            for (var c = 0; c < q.Length && q.Length > 1; c++)
            {
                var size = Apart * Math.Max(1, Math.Abs(q[c]));
                if (Math.Abs(q[c] - p[c]) > size) continue;
                var step = (random.NextDouble() - 0.5) * Math.Max(1, Math.Abs(teacher[c]) / 50);
                var moved = temperature == 0 ? Math.Min(0, teacher[c] + step) : teacher[c] + step;
                teacher[c] = Element.Value(Element.Of<T>(moved));
                found = true;
            }
            if (!found) return;
        }
        student.CopyTo(teacher, 0);
    }

    private static double[] LogSoftmax(double[] row, double temperature = 1)
    {
        var soft = new Softmax(Array.ConvertAll(row, value => value / temperature));
        var logs = new double[row.Length];
        for (var c = 0; c < row.Length; c++) logs[c] = -soft.MinusLog(c);
        return logs;
    }

    private static double[] Rounded<T>(double[] row) where T : unmanaged => Element.Values(Element.Of<T>(row));

    private static double[] Row<T>(T[] values, ClassShape shape, int row) where T : unmanaged
    {
        var result = new double[shape.Classes];
        for (var c = 0; c < result.Length; c++) result[c] = Element.Value(values[ClassInputs.Index(shape, row, c)]);
        return result;
    }

    private static void Put<T>(T[] values, ClassShape shape, int row, double[] from) where T : unmanaged
    {
        for (var c = 0; c < from.Length; c++) values[ClassInputs.Index(shape, row, c)] = Element.Of<T>(from[c]);
    }
}
