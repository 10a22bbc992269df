using System.Globalization;
using FusedLoss.Cli.Npy;

namespace FusedLoss.Cli.Eval;

/// <summary>What a loss gave: the number, and the arrays that were asked for.</summary>
internal sealed class EvalResult(EvalRequest request, EvalArrays arrays)
{
    private readonly Dictionary<string, NpyArray> _outputs = [];

    public double Loss { get; private set; }

    /// <summary>Whether predictions were asked for, and with them how many are right.</summary>
    public bool Predicts => request.Outputs.ContainsKey("predictions");

    /// <summary>How many predictions are right; negative where there are no labels.</summary>
    public long Correct { get; set; }

    public IReadOnlyDictionary<string, NpyArray> Outputs => _outputs;

    /// <summary>Room for an output of the input's dtype, or null when it was not asked for.</summary>
    public T[]? Elements<T>(string name, NpyArray like) where T : unmanaged
    {
        if (!request.Outputs.ContainsKey(name)) return null;
        var data = new T[like.Length];
        _outputs[name] = new NpyArray(arrays.Type, like.Shape, data);
        return data;
    }

    /// <summary>Room for the unreduced loss, which is float64 for losses of float64, else float32; default when it was
    /// not asked for.</summary>
    public OutputTerms Losses(long[] shape) => request.Reduction == Reduction.None ? Terms("loss", shape) : default;

    /// <summary>Room for an output with one number per term or per row.</summary>
    public OutputTerms Terms(string name, long[] shape)
    {
        if (!request.Outputs.ContainsKey(name)) return default;
        long count = shape.Aggregate(1L, (a, b) => a * b);
        if (arrays.Type == NpyType.Float64)
        {
            var wide = new double[count];
            _outputs[name] = new NpyArray(NpyType.Float64, shape, wide);
            return wide;
        }
        var data = new float[count];
        _outputs[name] = new NpyArray(NpyType.Float32, shape, data);
        return data;
    }

    /// <summary>Room for predictions, of the type that the library reads the labels as, int64 without any; default
    /// when they were not asked for.</summary>
    public OutputLabels Predictions(long[] shape)
    {
        if (!Predicts) return default;
        long count = shape.Aggregate(1L, (a, b) => a * b);
        if (arrays.Find("target")?.Data is int[] or byte[])
        {
            var narrow = new int[count];
            _outputs["predictions"] = new NpyArray(NpyType.Int32, shape, narrow);
            return narrow;
        }
        var data = new long[count];
        _outputs["predictions"] = new NpyArray(NpyType.Int64, shape, data);
        return data;
    }

    /// <summary>Takes what the call returned.</summary>
    public EvalResult With(double loss)
    {
        Loss = loss;
        // The reduced loss is a double whatever the input is: the file holds what is printed.
        if (request.Reduction != Reduction.None && request.Outputs.ContainsKey("loss"))
        {
            _outputs["loss"] = new NpyArray(NpyType.Float64, [], new[] { loss });
        }
        return this;
    }

    public string ToJson(LossContext context)
    {
        string correct = Correct < 0 ? "null" : Correct.ToString(CultureInfo.InvariantCulture);
        (string Name, string Value)[] fields =
        [
            ("loss", request.Reduction == Reduction.None ? "null" : Number(Loss)),
            ("key", Quoted(request.Loss.Key)),
            ("elements", arrays.Input.Length.ToString(CultureInfo.InvariantCulture)),
            ("isa", Quoted(context is CudaContext { Device.ComputeCapability: var sm }
                ? $"sm_{sm.Major}{sm.Minor}" : context.InstructionSet.ToString().ToLowerInvariant())),
            ("device", Quoted(context is CudaContext gpu ? $"cuda:{gpu.Device.Index}" : "cpu")),
            .. Predicts ? [("correct", correct)] : Array.Empty<(string, string)>(),
        ];
        return $"{{{string.Join(", ", fields.Select(field => $"{Quoted(field.Name)}: {field.Value}"))}}}";
    }

    /// <summary>17 significant digits bring back the very same double; JSON has no NaN and no infinities.</summary>
    private static string Number(double value) => double.IsFinite(value)
        ? value.ToString("G17", CultureInfo.InvariantCulture)
        : Quoted(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");

    /// <summary>Keys and names have nothing to escape.</summary>
    private static string Quoted(string text) => $"\"{text}\"";
}
