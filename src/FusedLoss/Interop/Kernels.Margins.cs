namespace FusedLoss.Interop;

internal readonly unsafe struct HingeEmbeddingKernel(HingeEmbeddingOptions? options) : IPointwiseKernel
{
    private readonly HingeEmbeddingOptions _options = options ?? HingeEmbeddingOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.TargetIsConstant;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_hinge_embedding_params hyper = new() { margin = _options.Margin };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_hinge_embedding(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_hinge_embedding(machine.Context, args, &hyper);
    }
}

internal readonly unsafe struct MarginRankingKernel(MarginRankingOptions? options) : IPointwiseKernel
{
    private static readonly PointwiseNames s_names = new("input1", "input2", "gradient1", "gradient2");

    private readonly MarginRankingOptions _options = options ?? MarginRankingOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits =>
        PointwiseTraits.Extra | PointwiseTraits.ExtraIsNeeded | PointwiseTraits.ExtraGradient;

    public static PointwiseNames Names => s_names;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_margin_ranking_params hyper = new() { margin = _options.Margin };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_margin_ranking(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_margin_ranking(machine.Context, args, &hyper);
    }
}

internal readonly unsafe struct MultiMarginKernel(MultiMarginOptions? options) : IClassKernel
{
    private readonly MultiMarginOptions _options = options ?? MultiMarginOptions.Default;

    public LossOptions Options => _options;

    public static ClassTraits Traits => ClassTraits.Labels | ClassTraits.ClassWeights;

    public static ClassNames Names => ClassNames.Scores;

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        fl_multi_margin_params hyper = new() { margin = _options.Margin, p = _options.P };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_multi_margin(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_multi_margin(machine.Context, args, &hyper);
    }
}

internal readonly unsafe struct MultilabelMarginKernel(MultilabelMarginOptions? options) : IClassKernel
{
    private readonly MultilabelMarginOptions _options = options ?? MultilabelMarginOptions.Default;

    public LossOptions Options => _options;

    public static ClassTraits Traits => ClassTraits.Labels | ClassTraits.LabelLists | ClassTraits.RowsOnly;

    public static ClassNames Names => ClassNames.Scores;

    public static (long Least, long Most) LabelRange(long classes) => (-1, classes - 1);

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        Require.AtMostClasses(args->classes, NativeMethods.FL_MULTILABEL_CLASSES, Names.Input);
        return NativeMethods.fl_multilabel_margin(machine.CpuFor("multilabel_margin"), args);
    }
}

internal readonly unsafe struct MultilabelSoftMarginKernel(MultilabelSoftMarginOptions? options) : IClassKernel
{
    private readonly MultilabelSoftMarginOptions _options = options ?? MultilabelSoftMarginOptions.Default;

    public LossOptions Options => _options;

    public static ClassTraits Traits =>
        ClassTraits.Target | ClassTraits.TargetGradient | ClassTraits.ClassWeights | ClassTraits.RowsOnly
        | ClassTraits.ClassesLast;

    public static ClassNames Names => ClassNames.Scores;

    public fl_status Invoke(Machine machine, fl_row_args* args) => machine.IsGpu
        ? (fl_status)CudaMethods.fl_cuda_multilabel_soft_margin(args, machine.Call, machine.Stream)
        : NativeMethods.fl_multilabel_soft_margin(machine.Context, args);
}
