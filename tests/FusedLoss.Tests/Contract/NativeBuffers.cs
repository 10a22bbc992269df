using FusedLoss.Interop;

namespace FusedLoss.Tests.Contract;

/// <summary>Valid arguments of the C interface, to be spoiled one at a time: six elements, or two rows of three
/// classes.</summary>
internal sealed unsafe class NativeBuffers : IDisposable
{
    public const int Count = 6;
    public const float Poison = 123456;

    private readonly float* _memory;
    private readonly long* _numbers;
    private readonly fl_context* _context;

    public NativeBuffers()
    {
        _memory = (float*)System.Runtime.InteropServices.NativeMemory.AllocZeroed(16 * Count, sizeof(float));
        _numbers = (long*)System.Runtime.InteropServices.NativeMemory.AllocZeroed(12 + Count, sizeof(long));
        new Span<float>(Losses, 3 * Count).Fill(Poison);
        fl_context_options options = default;
        options.struct_size = sizeof(fl_context_options);
        options.abi_version = NativeMethods.FL_ABI_VERSION;
        fl_context* context;
        Assert.Equal(fl_status.FL_OK, NativeMethods.fl_context_create(&options, &context));
        _context = context;
    }

    public fl_context* Context => _context;
    public float* Input => _memory;
    public float* Target => _memory + Count;
    public float* Weight => _memory + 2 * Count;
    public float* Losses => _memory + 3 * Count;
    public float* Gradient => _memory + 4 * Count;
    public float* TargetGradient => _memory + 5 * Count;

    /// <summary>Three strides of a dense [1, 2, 3] buffer.</summary>
    public long* Strides => Three(0, 0, 3, 1);

    public long* Labels => _numbers + 12;

    public bool OutputsUntouched => !new Span<float>(Losses, 3 * Count).ContainsAnyExcept(Poison);

    public long* Three(int slot, long a, long b, long c)
    {
        var at = _numbers + 3 * slot;
        (at[0], at[1], at[2]) = (a, b, c);
        return at;
    }

    public fl_pointwise_args Pointwise() => new()
    {
        struct_size = sizeof(fl_pointwise_args),
        dtype = fl_dtype.FL_FLOAT32,
        count = Count,
        reduction = fl_reduction.FL_MEAN,
        input = Input,
        target = Target,
        losses = Losses,
        gradient = Gradient,
        target_gradient = TargetGradient,
        loss = Poison,
    };

    public fl_row_args Rows() => new()
    {
        struct_size = sizeof(fl_row_args),
        dtype = fl_dtype.FL_FLOAT32,
        outer = 2,
        classes = 3,
        inner = 1,
        input = Input,
        labels = Labels,
        label_type = fl_label_type.FL_INT64,
        reduction = fl_reduction.FL_MEAN,
        losses = Losses,
        gradient = Gradient,
        loss = Poison,
    };

    public void Dispose()
    {
        NativeMethods.fl_context_destroy(_context);
        System.Runtime.InteropServices.NativeMemory.Free(_memory);
        System.Runtime.InteropServices.NativeMemory.Free(_numbers);
    }
}
