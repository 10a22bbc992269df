namespace FusedLoss.Interop;

/// <summary>What a kernel is called on: a context of the CPU, or a stream of a GPU.</summary>
/// <param name="context">Of the CPU; null on a GPU.</param>
/// <param name="call">What a call on a GPU needs; null on the CPU.</param>
/// <param name="stream">Of the GPU.</param>
/// <param name="number">Room for one number that a GPU reads.</param>
internal readonly unsafe struct Machine(
    fl_context* context, fl_cuda_call* call = null, void* stream = null, void* number = null)
{
    public readonly fl_context* Context = context;
    public readonly fl_cuda_call* Call = call;
    public readonly void* Stream = stream;
    public readonly void* Number = number;

    public bool IsGpu => Call != null;
}
