namespace FusedLoss.Catalogue;

/// <summary>Number of pairs or triples, and length of a vector.</summary>
internal readonly record struct PairShape(int Rows, int Dimensions);

/// <summary>Arrays of one check: two or three of vectors and, with two, a target for each pair.</summary>
internal sealed record PairSample<T>(PairShape Shape, T[][] Vectors, double[]? Target) where T : unmanaged
{
    /// <summary>The same numbers in a wider type.</summary>
    public PairSample<TWide> As<TWide>() where TWide : unmanaged =>
        new(Shape, Array.ConvertAll(Vectors, Element.Convert<T, TWide>), Target);
}

/// <summary>What a loss over pairs or triples is tried on.</summary>
internal enum PairDomain
{
    /// <summary>Pairs at every angle, right and straight ones exactly; of every length, 0 included; with targets 1, -1
    /// and others.</summary>
    Pairs,

    /// <summary>Triples as they occur, lengths from 0.01 to 100, vectors that are equal among them.</summary>
    Triples,

    /// <summary>The same with lengths up to 1, where what is added to a difference is never rounded away: components
    /// that are equally large stay so, and others do not become it.</summary>
    SmallTriples,

    /// <summary>Multiples of a quarter, between which distances are exact, so that the corners of hinges and ties are
    /// met.</summary>
    Lattice,
}

/// <summary>How the inputs of a loss over pairs or triples are sampled: the only place that says so.</summary>
internal sealed record PairInputs(PairDomain Domain)
{
    public PairSample<T> Sample<T>(PairShape shape, int seed) where T : unmanaged
    {
        var random = new Random(seed);
        var pairs = Domain == PairDomain.Pairs;
        var vectors = new T[pairs ? 2 : 3][];
        for (var k = 0; k < vectors.Length; k++) vectors[k] = new T[shape.Rows * shape.Dimensions];
        var target = pairs ? new double[shape.Rows] : null;
        for (var row = 0; row < shape.Rows; row++)
        {
            var values = Row(random, shape.Dimensions);
            for (var k = 0; k < vectors.Length; k++)
                Element.Of<T>(values[k]).CopyTo(vectors[k], row * shape.Dimensions);
            if (target is not null) target[row] = random.Next(16) switch { 0 => 0, 1 => 0.5, var y => y % 2 * 2 - 1 };
        }
        return new(shape, vectors, target);
    }

    private double[][] Row(Random random, int dimensions) => Domain switch
    {
        PairDomain.Pairs => Pair(random, dimensions),
        PairDomain.Lattice =>
            [Quarters(random, dimensions), Quarters(random, dimensions), Quarters(random, dimensions)],
        _ => Triple(random, dimensions),
    };

    private static double[][] Pair(Random random, int dimensions)
    {
        var (a, b) = (Vector(random, dimensions, Size(random, 2)), Vector(random, dimensions, Size(random, 2)));
        var factor = Size(random, 1);
        switch (random.Next(12))
        {
            case 0: b = Array.ConvertAll(a, x => factor * x); break;
            case 1: b = Array.ConvertAll(a, x => -x); break;
            case 2: // a right angle
                for (var i = 0; i < dimensions; i++) (i % 2 == 0 ? a : b)[i] = 0;
                break;
            case 3: Array.Clear(a); break;
            case 4: Array.Clear(b); break;
            case 5: Array.Clear(a); Array.Clear(b); break;
            case 6: // as short as what is added to the norms
                a = Array.ConvertAll(a, x => 1e-7 * x);
                break;
        }
        return [a, b];
    }

    private double[][] Triple(Random random, int dimensions)
    {
        var size = Domain == PairDomain.SmallTriples ? Math.Pow(10, -2 * random.NextDouble()) : Size(random, 2);
        var a = Vector(random, dimensions, size);
        var p = Array.ConvertAll(a, x => x + 0.5 * size * (random.NextDouble() - 0.5));
        var n = Array.ConvertAll(a, x => x + size * (random.NextDouble() - 0.5));
        return random.Next(16) switch
        {
            0 => [a, a, n],
            1 => [a, p, a],
            2 => [a, p, p],
            3 => [a, a, a],
            4 => [new double[dimensions], p, n],
            5 => [a, p, Array.ConvertAll(n, x => 4 * x)],
            _ => [a, p, n],
        };
    }

    private static double Size(Random random, double decades) =>
        Math.Pow(10, decades * (2 * random.NextDouble() - 1));

    private static double[] Vector(Random random, int dimensions, double size)
    {
        var values = new double[dimensions];
        foreach (ref var value in values.AsSpan()) value = size * (2 * random.NextDouble() - 1);
        return values;
    }

    private static double[] Quarters(Random random, int dimensions)
    {
        var values = new double[dimensions];
        foreach (ref var value in values.AsSpan()) value = 0.25 * random.Next(-4, 5);
        return values;
    }
}
