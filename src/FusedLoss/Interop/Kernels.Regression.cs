namespace FusedLoss.Interop;

internal readonly unsafe struct MseKernel(MseOptions? options) : IPointwiseKernel
{
    private readonly MseOptions _options = options ?? MseOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.Weight;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args) => NativeMethods.fl_mse(context, args);
}

internal readonly unsafe struct L1Kernel(L1Options? options) : IPointwiseKernel
{
    private readonly L1Options _options = options ?? L1Options.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.Weight;

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

    public static PointwiseTraits Traits => PointwiseTraits.Weight;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args)
    {
        fl_huber_params hyper = new() { delta = _options.Delta };
        return NativeMethods.fl_huber(context, args, &hyper);
    }
}
