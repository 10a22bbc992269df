namespace FusedLoss.Interop;

internal readonly unsafe struct BceKernel(BceOptions? options) : IPointwiseKernel
{
    private readonly BceOptions _options = options ?? BceOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.Weight;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args) => NativeMethods.fl_bce(context, args);
}

internal readonly unsafe struct BceWithLogitsKernel(BceWithLogitsOptions? options) : IPointwiseKernel
{
    private readonly BceWithLogitsOptions _options = options ?? BceWithLogitsOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits =>
        PointwiseTraits.Weight | PointwiseTraits.Extra | PointwiseTraits.ExtraBroadcasts;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args)
    {
        if (_options.PosWeight == 1) return NativeMethods.fl_bce_with_logits(context, args);
        if (args->extra != null) Require.ThrowTwice("PosWeight");

        double value;
        var repeat = stackalloc long[3];
        Calls.Store(args->dtype, _options.PosWeight, &value);
        args->extra = &value;
        args->extra_strides = repeat;
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

    public static PointwiseTraits Traits => PointwiseTraits.TargetIsConstant;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args) =>
        NativeMethods.fl_soft_margin(context, args);
}
