using System.Numerics.Tensors;
using FusedLoss.Catalogue;
using FusedLoss.Cli.Npy;

namespace FusedLoss.Cli.Eval;

/// <summary>The arrays of one <c>eval</c>, read and found to fit together.</summary>
internal sealed class EvalArrays
{
    private static readonly string[] DTypes = ["auto", "float16", "bfloat16", "float32", "float64"];
    private readonly Dictionary<string, NpyArray> _arrays = [];
    private readonly LossKey _loss;

    public EvalArrays(EvalRequest request)
    {
        _loss = request.Loss;
        MainName = MainOf(request);
        foreach (string name in _loss.Required.Skip(1).Prepend(MainName))
        {
            if (request.Arrays.ContainsKey(name)) continue;
            throw new UsageException($"{name} is missing, but {_loss} needs {name}=FILE.npy.");
        }
        string dtype = request.Settings.Get<string>("dtype");
        if (!DTypes.Contains(dtype))
        {
            throw new UsageException($"dtype is '{dtype}', but one of {string.Join(", ", DTypes)} is needed.");
        }
        foreach ((string name, string path) in request.Arrays)
        {
            // What there is one of per term may be wider than the input.
            _arrays[name] = WithDType(name, NpyReader.Read(name, path), name == MainName ? dtype : "auto", dtype);
        }
        if (!Type.IsFloating()) throw Mismatch(MainName, "float16, bfloat16, float32 or float64");
    }

    /// <summary>The array whose dtype the others have.</summary>
    public NpyArray Input => _arrays[MainName];

    public string MainName { get; }

    public NpyArray Target => _arrays["target"];

    public NpyType Type => Input.Type;

    public NpyArray? Find(string name) => _arrays.GetValueOrDefault(name);

    /// <summary>What there is one of per term, per row or per class: float64 for losses of float64, else float32, also
    /// when it is stored as the input is. Integers are converted.</summary>
    public InputTerms Terms(string name)
    {
        if (Find(name) is not { } array) return default;
        bool fits = array.Type == Type || array.Type == NpyType.Float32 || !array.Type.IsFloating();
        if (!fits || (Type == NpyType.Float64 && array.Type == NpyType.Float32))
            throw Mismatch(name, Type == NpyType.Float64 ? "float64" : $"float32 or {Type.Name()}");
        if (Type == NpyType.Float64) return array.Doubles();
        return Array.ConvertAll(array.Doubles(), value => (float)value);
    }

    /// <summary>The array as the losses read it: the input's dtype. Integers are converted; floating types must
    /// agree.</summary>
    public T[]? Floating<T>(string name) where T : unmanaged
    {
        NpyArray? array = Find(name);
        if (array is null) return null;
        if (array.Type.IsFloating() && array.Type != Type) throw Mismatch(name, $"{Type.Name()} as {MainName}");
        return array.Data as T[] ?? Element.Of<T>(array.Doubles());
    }

    /// <summary>The same as a tensor, whose last dimension are the vectors.</summary>
    public InputView<T> Vectors<T>(string name) where T : unmanaged =>
        new ReadOnlyTensorSpan<T>(Floating<T>(name)!, Array.ConvertAll(Find(name)!.Shape, size => (nint)size));

    /// <summary>An upstream gradient is one number, or has the shape of the unreduced loss.</summary>
    public void CheckUpstream(long[] lossShape, Reduction reduction)
    {
        if (Find("upstream") is not { } upstream || upstream.Length == 1) return;
        if (reduction != Reduction.None)
        {
            throw new UsageException($"upstream has shape {upstream.ShapeText}, "
                + $"but reduction {reduction.ToString().ToLowerInvariant()} needs one number.");
        }
        if (!upstream.Shape.AsSpan().SequenceEqual(lossShape))
        {
            throw new UsageException($"upstream has shape {upstream.ShapeText}, "
                + $"but one number or the loss's shape {NpyArray.Text(lossShape)} is needed.");
        }
    }

    private static string MainOf(EvalRequest request)
    {
        string first = request.Loss.Required[0];
        if (request.Loss.Alternative is not { } other || !request.Arrays.ContainsKey(other)) return first;
        return !request.Arrays.ContainsKey(first) ? other : throw new UsageException(
            $"{first} and {other} are both given, but one of them is needed.");
    }

    private UsageException Mismatch(string name, string needed) =>
        new($"{name} is {_arrays[name].Type.Name()}, but {needed} is needed.");

    private static NpyArray WithDType(string name, NpyArray array, string needed, string ofBits)
    {
        if (array.Type == NpyType.UInt16)
        {
            return ofBits == "bfloat16" ? array with { Type = NpyType.BFloat16 } : throw new UsageException(
                $"{name} is uint16, which needs --set dtype=bfloat16 to say that it holds bfloat16.");
        }
        if (needed != "auto" && array.Type.IsFloating() && array.Type.Name() != needed)
        {
            string stored = needed == "bfloat16" ? "uint16" : needed;
            throw new UsageException($"{name} is {array.Type.Name()}, but dtype={needed} needs {stored}.");
        }
        return array;
    }
}
