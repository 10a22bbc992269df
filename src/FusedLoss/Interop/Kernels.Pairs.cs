namespace FusedLoss.Interop;

/// <summary>A native loss over pairs or triples of vectors with its hyper-parameters.</summary>
internal unsafe interface IPairKernel
{
    LossOptions Options { get; }

    static abstract PairNames Names { get; }

    fl_status Invoke(Machine machine, fl_pair_args* args);
}

internal readonly unsafe struct CosineEmbeddingKernel(CosineEmbeddingOptions? options) : IPairKernel
{
    private readonly CosineEmbeddingOptions _options = options ?? CosineEmbeddingOptions.Default;

    public static PairNames Names => PairNames.Pair;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_pair_args* args)
    {
        fl_cosine_embedding_params hyper = new() { margin = _options.Margin };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_cosine_embedding(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_cosine_embedding(machine.Context, args, &hyper);
    }
}

internal readonly unsafe struct TripletMarginKernel(TripletMarginOptions? options) : IPairKernel
{
    private readonly TripletMarginOptions _options = options ?? TripletMarginOptions.Default;

    public static PairNames Names => PairNames.Triplet;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_pair_args* args)
    {
        fl_triplet_margin_params hyper = new()
        {
            margin = _options.Margin,
            p = _options.P,
            eps = _options.Eps,
            swap = _options.Swap ? 1 : 0,
            distance = (fl_distance)_options.Distance,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_triplet_margin(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_triplet_margin(machine.Context, args, &hyper);
    }
}

internal readonly unsafe struct InfoNceKernel(InfoNceOptions? options) : IClassKernel
{
    private static readonly ClassNames s_names = new("similarities", "target");

    private readonly InfoNceOptions _options = options ?? InfoNceOptions.Default;

    public static ClassTraits Traits => ClassTraits.Labels | ClassTraits.LabelsAreOptional
        | ClassTraits.Statistics | ClassTraits.RowsOnly;

    public static ClassNames Names => s_names;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        var ntXent = _options.Positives == InfoNcePositives.NtXent;
        if (ntXent) Require.NtXent(args->outer, args->classes, args->labels != null);
        else if (args->labels == null) Require.Diagonal(args->outer, args->classes);
        fl_info_nce_params hyper = new()
        {
            // Nothing has as many keys as queries, when there is no query.
            temperature = _options.Temperature, nt_xent = ntXent && args->outer > 0 ? 1 : 0,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_info_nce(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_info_nce(machine.Context, args, &hyper);
    }
}
