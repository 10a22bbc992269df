namespace FusedLoss.Interop;

/// <summary>What a kernel is called on: a context of the CPU, or a stream of a GPU.</summary>
/// <param name="context">Of the CPU; null on a GPU.</param>
/// <param name="call">What a call on a GPU needs; null on the CPU.</param>
/// <param name="stream">Of the GPU.</param>
/// <param name="slot">Of the call on the GPU.</param>
internal readonly unsafe struct Machine(
    fl_context* context, fl_cuda_call* call = null, void* stream = null, CudaSlot? slot = null)
{
    public readonly fl_context* Context = context;
    public readonly fl_cuda_call* Call = call;
    public readonly void* Stream = stream;

    public bool IsGpu => Call != null;

    /// <summary>An option's number where kernels can read it.</summary>
    /// <param name="type">As which type they read it.</param>
    /// <param name="value">The number.</param>
    /// <param name="here">Room for it, if this is the CPU.</param>
    public void* Place(fl_dtype type, double value, double* here)
    {
        if (IsGpu) return slot!.Give(CudaSlot.Word.Option, type, value, Stream);
        Calls.Store(type, value, here);
        return here;
    }
}
