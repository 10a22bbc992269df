using System.Globalization;
using FusedLoss.Cli.Npy;

namespace FusedLoss.Cli.Eval;

/// <summary>What a loss gave: the number, and the arrays that were asked for.</summary>
internal sealed record EvalResult(double Loss, long Elements, IReadOnlyDictionary<string, NpyArray> Outputs)
{
    public static EvalResult Of<T>(
        EvalRequest request, EvalArrays arrays, double loss, (long[] Shape, T[]? Data) losses,
        T[]? gradient, T[]? targetGradient) where T : unmanaged
    {
        var outputs = new Dictionary<string, NpyArray>();
        void Add(string name, long[] shape, T[]? data)
        {
            if (data is not null) outputs[name] = new NpyArray(arrays.Type, shape, data);
        }
        Add("loss", losses.Shape, losses.Data);
        Add("grad_input", arrays.Input.Shape, gradient);
        Add("grad_target", arrays.Target.Shape, targetGradient);
        // The reduced loss is a double whatever the input is: the file holds what is printed.
        if (request.Reduction != Reduction.None && request.Outputs.ContainsKey("loss"))
        {
            outputs["loss"] = new NpyArray(NpyType.Float64, [], new[] { loss });
        }
        return new EvalResult(loss, arrays.Input.Length, outputs);
    }

    public string ToJson(EvalRequest request, LossContext context)
    {
        (string Name, string Value)[] fields =
        [
            ("loss", request.Reduction == Reduction.None ? "null" : Number(Loss)),
            ("key", Quoted(request.Loss.Key)),
            ("elements", Elements.ToString(CultureInfo.InvariantCulture)),
            ("isa", Quoted(context.InstructionSet.ToString().ToLowerInvariant())),
            ("device", Quoted("cpu")),
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
