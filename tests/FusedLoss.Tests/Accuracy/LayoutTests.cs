namespace FusedLoss.Tests.Accuracy;

/// <summary>Strided tensors: the same numbers, and nothing written between the elements.</summary>
public class LayoutTests
{
    private static readonly Dictionary<string, Func<nint[], Layout>> Layouts = new()
    {
        ["dense"] = shape => new(shape, Layout.DenseStrides(shape)),
        ["padded"] = shape => Layout.Padded(shape, 3),
        ["every second"] = shape => Layout.Stepped(shape, 2),
        ["transposed"] = Layout.Transposed,
    };

    private static readonly nint[][] Shapes = [[1], [700], [3, 5], [40, 33], [1, 513], [5, 1], [4, 6, 50],
        [2, 3, 1, 7]];

    public static TheoryData<string, Precision> Pointwise => Rows.Pointwise();

    public static TheoryData<string, Precision> Classes => Rows.Classes();

    public static TheoryData<string, Precision, int> PointwiseLosses
    {
        get
        {
            var rows = new TheoryData<string, Precision, int>();
            foreach (var row in Rows.Pointwise())
                for (var shape = 0; shape < Shapes.Length; shape++) rows.Add(row.Data.Item1, row.Data.Item2, shape);
            return rows;
        }
    }

    [Theory, MemberData(nameof(PointwiseLosses))]
    public void PointwiseTakesStrides(string name, Precision precision, int shape)
    {
        var results = new List<CheckResult>();
        foreach (var input in Layouts.Values)
        {
            foreach (var output in Layouts.Values)
            {
                var plan = new CheckPlan { Precision = precision, InputLayout = input, OutputLayout = output };
                results.Add(CatalogueRunner.Check(LossCatalogue.PointwiseNamed(name), plan, Shapes[shape]));
            }
        }
        Checks.Pass(results);
    }

    [Theory, MemberData(nameof(Pointwise))]
    public void PointwiseTakesStridesInPlace(string name, Precision precision) =>
        Checks.Pass(
            from layout in Layouts.Values
            from shape in Shapes
            select CatalogueRunner.Check(
                LossCatalogue.PointwiseNamed(name),
                new() { Precision = precision, InputLayout = layout, InPlace = true, Reduction = Reduction.Mean },
                    shape));

    [Theory, MemberData(nameof(Pointwise))]
    public void PointwiseCutsLargeStridedTensorsIntoParallelWork(string name, Precision precision) =>
        Checks.Pass(
            from layout in Layouts.Values
            select CatalogueRunner.Check(
                LossCatalogue.PointwiseNamed(name),
                new() { Precision = precision, InputLayout = layout, OutputLayout = layout, Threads = -1 }, 301, 257));

    [Theory, MemberData(nameof(Classes))]
    public void RowsMayBeApart(string name, Precision precision) =>
        Run(name, precision, [new(1, 2), new(70, 2), new(66, 10), new(19, 130), new(3, 1000)], Apart);

    [Theory, MemberData(nameof(Classes))]
    public void ClassesOfAnImageMayBeApart(string name, Precision precision) =>
        Run(name, precision, [new(1, 2, 2), new(3, 10, 257), new(2, 2, 300), new(2, 130, 64)], ImageApart);

    private static void Run(string name, Precision precision, ClassShape[] shapes, Func<nint[], Layout> layout)
    {
        var loss = LossCatalogue.ClassesNamed(name);
        var plan = new CheckPlan { Precision = precision, InputLayout = layout };
        CheckPlan[] plans =
        [
            plan, plan with { OutputLayout = layout }, plan with { InPlace = true },
            new() { Precision = precision, OutputLayout = layout, Threads = -1 },
        ];
        Checks.Pass(
            from shape in shapes
            where CatalogueRunner.Fits(loss, shape)
            from each in plans
            select CatalogueRunner.Check(loss, each, shape));
    }

    // [N, C] with a gap after every row.
    private static Layout Apart(nint[] shape) => new([shape[0], shape[1]], [shape[1] + 5, 1]);

    // [N, C, d] with gaps after every class and after every image.
    private static Layout ImageApart(nint[] shape) =>
        new(shape, [shape[1] * (shape[2] + 3) + 11, shape[2] + 3, 1]);
}
