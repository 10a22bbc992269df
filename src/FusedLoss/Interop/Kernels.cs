namespace FusedLoss.Interop;

/// <summary>A native point-wise loss with its hyper-parameters. Kernels are structs, so that the code around them is
/// compiled once per loss, with a direct call and without delegates.</summary>
internal unsafe interface IPointwiseKernel
{
    LossOptions Options { get; }

    static virtual PointwiseTraits Traits => PointwiseTraits.None;

    static virtual PointwiseNames Names => PointwiseNames.Usual;

    fl_status Invoke(Machine machine, fl_pointwise_args* args);
}

/// <summary>A native loss over classes with its hyper-parameters. What depends on these gets the kernel's own
/// options.</summary>
internal unsafe interface IClassKernel
{
    LossOptions Options { get; }

    static abstract ClassTraits Traits { get; }

    static virtual ClassNames Names => ClassNames.Usual;

    /// <summary>Number of terms, which are the elements of losses and upstream: one per row.</summary>
    static virtual long Terms(LossOptions options, ClassShape shape) => shape.Outer * shape.Inner;

    /// <summary>Least and largest label that is no mistake, ignored ones aside.</summary>
    static virtual (long Least, long Most) LabelRange(long classes) => (0, classes - 1);

    /// <summary>Bytes of scratch memory that the call needs; it gets them in <c>workspace</c>.</summary>
    static virtual long Workspace(LossOptions options, fl_row_args* args) => 0;

    /// <summary>Bytes that the call needs on a GPU; -1 for arguments that it refuses.</summary>
    static virtual long CudaWorkspace(LossOptions options, fl_row_args* args) =>
        CudaMethods.fl_cuda_row_workspace(args);

    fl_status Invoke(Machine machine, fl_row_args* args);
}

/// <summary>A native loss over pairs or triples of vectors with its hyper-parameters.</summary>
internal unsafe interface IPairKernel
{
    LossOptions Options { get; }

    static abstract PairNames Names { get; }

    fl_status Invoke(Machine machine, fl_pair_args* args);
}
