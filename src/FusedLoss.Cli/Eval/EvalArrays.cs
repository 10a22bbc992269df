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
        foreach (string name in LossKey.Required)
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
            _arrays[name] = WithDType(name, NpyReader.Read(name, path), dtype);
        }
        CheckType("input");
    }

    public NpyArray Input => _arrays["input"];

    public NpyArray Target => _arrays["target"];

    public NpyType Type => Input.Type;

    public NpyArray? Find(string name) => _arrays.GetValueOrDefault(name);

    /// <summary>The array as the losses read it: the input's dtype. Integers are converted; floating types must
    /// agree.</summary>
    public T[]? Floating<T>(string name) where T : unmanaged
    {
        NpyArray? array = Find(name);
        if (array is null) return null;
        if (array.Type.IsFloating()) CheckType(name);
        return array.Data switch
        {
            T[] same => same,
            int[] integers => Array.ConvertAll(integers, x => (T)Convert.ChangeType(x, typeof(T))),
            long[] integers => Array.ConvertAll(integers, x => (T)Convert.ChangeType(x, typeof(T))),
            byte[] integers => Array.ConvertAll(integers, x => (T)Convert.ChangeType(x, typeof(T))),
            _ => throw new UsageException($"{name} is {array.Type.Name()}, but {Type.Name()} as input is needed."),
        };
    }

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

    private void CheckType(string name)
    {
        NpyType type = _arrays[name].Type;
        if (type is NpyType.Float16 or NpyType.BFloat16)
        {
            throw new UsageException(
                $"{name} is {type.Name()}, which {_loss} does not support yet; float32 or float64 is needed.");
        }
        if (!type.IsFloating())
        {
            throw new UsageException($"{name} is {type.Name()}, but {_loss} needs float32 or float64.");
        }
        if (type != Type)
        {
            throw new UsageException($"{name} is {type.Name()}, but {Type.Name()} as input is needed.");
        }
    }

    private static NpyArray WithDType(string name, NpyArray array, string dtype)
    {
        if (array.Type == NpyType.UInt16)
        {
            return dtype == "bfloat16" ? array with { Type = NpyType.BFloat16 } : throw new UsageException(
                $"{name} is uint16, which needs --set dtype=bfloat16 to say that it holds bfloat16.");
        }
        if (dtype != "auto" && array.Type.IsFloating() && array.Type.Name() != dtype)
        {
            string needed = dtype == "bfloat16" ? "uint16" : dtype;
            throw new UsageException($"{name} is {array.Type.Name()}, but dtype={dtype} needs {needed}.");
        }
        return array;
    }
}
