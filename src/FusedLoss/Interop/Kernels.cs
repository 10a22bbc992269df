namespace FusedLoss.Interop;

/// <summary>A native point-wise loss with its hyper-parameters. Kernels are structs, so that the code around them is
/// compiled once per loss, with a direct call and without delegates.</summary>
internal unsafe interface IPointwiseKernel
{
    LossOptions Options { get; }

    static virtual bool TakesWeight => false;

    static virtual bool TakesPosWeight => false;

    static virtual bool TargetIsConstant => false;

    fl_status Invoke(fl_context* context, fl_pointwise_args* args);
}

/// <summary>A native loss over classes with its hyper-parameters.</summary>
internal unsafe interface IClassKernel
{
    LossOptions Options { get; }

    static virtual bool TakesProbabilities => false;

    fl_status Invoke(fl_context* context, fl_row_args* args);
}

internal readonly unsafe struct MseKernel(MseOptions? options) : IPointwiseKernel
{
    private readonly MseOptions _options = options ?? MseOptions.Default;

    public LossOptions Options => _options;

    public static bool TakesWeight => true;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args) => NativeMethods.fl_mse(context, args);
}

internal readonly unsafe struct L1Kernel(L1Options? options) : IPointwiseKernel
{
    private readonly L1Options _options = options ?? L1Options.Default;

    public LossOptions Options => _options;

    public static bool TakesWeight => true;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args) => NativeMethods.fl_l1(context, args);
}

internal readonly unsafe struct SmoothL1Kernel(SmoothL1Options? options) : IPointwiseKernel
{
    private readonly SmoothL1Options _options = options ?? SmoothL1Options.Default;

    public LossOptions Options => _options;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args)
    {
        fl_smooth_l1_params hyper = new() { beta = _options.Beta };
        return NativeMethods.fl_smooth_l1(context, args, &hyper);
    }
}

internal readonly unsafe struct HuberKernel(HuberOptions? options) : IPointwiseKernel
{
    private readonly HuberOptions _options = options ?? HuberOptions.Default;

    public LossOptions Options => _options;

    public static bool TakesWeight => true;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args)
    {
        fl_huber_params hyper = new() { delta = _options.Delta };
        return NativeMethods.fl_huber(context, args, &hyper);
    }
}

internal readonly unsafe struct BceKernel(BceOptions? options) : IPointwiseKernel
{
    private readonly BceOptions _options = options ?? BceOptions.Default;

    public LossOptions Options => _options;

    public static bool TakesWeight => true;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args) => NativeMethods.fl_bce(context, args);
}

internal readonly unsafe struct BceWithLogitsKernel(BceWithLogitsOptions? options) : IPointwiseKernel
{
    private readonly BceWithLogitsOptions _options = options ?? BceWithLogitsOptions.Default;

    public LossOptions Options => _options;

    public static bool TakesWeight => true;

    public static bool TakesPosWeight => true;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args)
    {
        if (_options.PosWeight == 1) return NativeMethods.fl_bce_with_logits(context, args);
        if (args->pos_weight != null) Require.ThrowTwice("PosWeight");

        double value;
        var repeat = stackalloc long[3];
        Calls.Store(args->dtype, _options.PosWeight, &value);
        args->pos_weight = &value;
        args->pos_weight_strides = repeat;
        if (args->shape[2] == 0) (args->shape[0], args->shape[1], args->shape[2]) = (1, 1, args->count);
        return NativeMethods.fl_bce_with_logits(context, args);
    }
}

internal readonly unsafe struct SigmoidFocalKernel(SigmoidFocalOptions? options) : IPointwiseKernel
{
    private readonly SigmoidFocalOptions _options = options ?? SigmoidFocalOptions.Default;

    public LossOptions Options => _options;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args)
    {
        fl_sigmoid_focal_params hyper = new()
        {
            alpha = _options.Alpha, gamma = _options.Gamma, detach = (int)_options.Gradient,
        };
        return NativeMethods.fl_sigmoid_focal(context, args, &hyper);
    }
}

internal readonly unsafe struct SoftMarginKernel(SoftMarginOptions? options) : IPointwiseKernel
{
    private readonly SoftMarginOptions _options = options ?? SoftMarginOptions.Default;

    public LossOptions Options => _options;

    public static bool TargetIsConstant => true;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args) =>
        NativeMethods.fl_soft_margin(context, args);
}

internal readonly unsafe struct HingeEmbeddingKernel(HingeEmbeddingOptions? options) : IPointwiseKernel
{
    private readonly HingeEmbeddingOptions _options = options ?? HingeEmbeddingOptions.Default;

    public LossOptions Options => _options;

    public static bool TargetIsConstant => true;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args)
    {
        fl_hinge_embedding_params hyper = new() { margin = _options.Margin };
        return NativeMethods.fl_hinge_embedding(context, args, &hyper);
    }
}

internal readonly unsafe struct PoissonNllKernel(PoissonNllOptions? options) : IPointwiseKernel
{
    private readonly PoissonNllOptions _options = options ?? PoissonNllOptions.Default;

    public LossOptions Options => _options;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args)
    {
        fl_poisson_nll_params hyper = new()
        {
            eps = _options.Eps, log_input = _options.LogInput ? 1 : 0, full = _options.Full ? 1 : 0,
        };
        return NativeMethods.fl_poisson_nll(context, args, &hyper);
    }
}

internal readonly unsafe struct KlDivKernel(KlDivOptions? options) : IPointwiseKernel
{
    private readonly KlDivOptions _options = options ?? KlDivOptions.Default;

    public LossOptions Options => _options;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args)
    {
        fl_kl_div_params hyper = new() { log_target = _options.LogTarget ? 1 : 0 };
        return NativeMethods.fl_kl_div(context, args, &hyper);
    }
}

internal readonly unsafe struct CrossEntropyKernel(CrossEntropyOptions? options) : IClassKernel
{
    private readonly CrossEntropyOptions _options = options ?? CrossEntropyOptions.Default;

    public LossOptions Options => _options;

    public static bool TakesProbabilities => true;

    public fl_status Invoke(fl_context* context, fl_row_args* args)
    {
        fl_cross_entropy_params hyper = new()
        {
            label_smoothing = _options.LabelSmoothing, ignore_index = _options.IgnoreIndex,
        };
        return NativeMethods.fl_cross_entropy(context, args, &hyper);
    }
}

internal readonly unsafe struct SoftmaxFocalKernel(SoftmaxFocalOptions? options) : IClassKernel
{
    private readonly SoftmaxFocalOptions _options = options ?? SoftmaxFocalOptions.Default;

    public LossOptions Options => _options;

    public fl_status Invoke(fl_context* context, fl_row_args* args)
    {
        if (_options.Alpha >= 0) Require.Alpha(_options.Alpha, args->classes, args->class_weight != null);
        fl_softmax_focal_params hyper = new()
        {
            gamma = _options.Gamma,
            alpha = _options.Alpha,
            ignore_index = _options.IgnoreIndex,
            detach = (int)_options.Gradient,
        };
        return NativeMethods.fl_softmax_focal(context, args, &hyper);
    }
}
