using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FusedLoss;

/// <summary>The frames of a CTC loss's input for managed code, one at a time.</summary>
internal readonly ref struct CtcFrames<T>
    where T : unmanaged
{
    private readonly ref readonly T _start;
    private readonly CtcStrides _strides;
    private readonly SampleLengths _lengths;

    /// <summary>Checks everything that concerns the input.</summary>
    public CtcFrames(scoped in CtcBuffers<T> buffers, int blank)
    {
        Calls.Dtype<T>();
        ref readonly var input = ref CtcShapes.Input(in buffers, out var name);
        Name = name;
        Shape = CtcShapes.Infer(input, buffers.Shape, buffers.Layout, name);
        _strides = CtcShapes.Strides(input, Shape, buffers.Layout, name);
        CtcChecks.Lengths(buffers.InputLengths, "inputLengths", default, Shape, name);
        CtcChecks.Frames(buffers.InputLengths, Shape, name);
        if (blank < 0 || blank >= Shape.C)
        {
            throw new ArgumentOutOfRangeException(
                nameof(blank),
                $"blank is {blank} but must be between 0 and {Shape.C - 1}, because {name} has {Shape.C} classes.");
        }

        _start = ref input.GetPinnableReference();
        _lengths = buffers.InputLengths;
    }

    public CtcShape Shape { get; }

    /// <summary>What the input is called.</summary>
    public string Name { get; }

    /// <summary>The classes of a frame.</summary>
    public ReadOnlySpan<T> this[long frame, long sample] => MemoryMarshal.CreateReadOnlySpan(
        ref Unsafe.Add(ref Unsafe.AsRef(in _start), (nint)(frame * _strides.Time + sample * _strides.Batch)),
        (int)Shape.C);

    /// <summary>Frames of a sample.</summary>
    public int Count(long sample) => (int)(_lengths.Type == 0 ? Shape.T : _lengths[sample]);

    /// <summary>Checks an output that has one element per frame, [N, T].</summary>
    public void CheckFrames(int length, string name)
    {
        if (length == (Int128)Shape.N * Shape.T) return;
        throw new ArgumentException(
            $"{name} has {length} elements, but {Shape.N} samples of {Shape.T} frames need {Shape.N * Shape.T}.", name);
    }

    /// <summary>Checks an output that has one element per sample, [N].</summary>
    public void CheckSamples(int length, string name)
    {
        if (length != Shape.N)
            throw new ArgumentException($"{name} has {length} elements but {Name} has {Shape.N} samples.", name);
    }

    public static double Value(T element)
    {
        if (typeof(T) == typeof(float)) return (float)(object)element;
        if (typeof(T) == typeof(double)) return (double)(object)element;
        return typeof(T) == typeof(Half) ? (double)(Half)(object)element : (double)(BFloat16)(object)element;
    }
}
