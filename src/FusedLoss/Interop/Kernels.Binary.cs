namespace FusedLoss.Interop;

internal readonly unsafe struct BceKernel(BceOptions? options) : IPointwiseKernel
{
    private readonly BceOptions _options = options ?? BceOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.Weight;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args) => machine.IsGpu
        ? (fl_status)CudaMethods.fl_cuda_bce(args, machine.Call, machine.Stream)
        : NativeMethods.fl_bce(machine.Context, args);
}

internal readonly unsafe struct BceWithLogitsKernel(BceWithLogitsOptions? options) : IPointwiseKernel
{
    private readonly BceWithLogitsOptions _options = options ?? BceWithLogitsOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits =>
        PointwiseTraits.Weight | PointwiseTraits.Extra | PointwiseTraits.ExtraBroadcasts;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        if (_options.PosWeight == 1) return Call(machine, args);
        if (args->extra != null) Require.ThrowTwice("PosWeight");

        double here;
        var repeat = stackalloc long[3];
        var value = machine.IsGpu ? machine.Number : &here;
        Calls.Store(args->dtype, _options.PosWeight, value);
        args->extra = value;
        args->extra_strides = repeat;
        if (args->shape[2] == 0) (args->shape[0], args->shape[1], args->shape[2]) = (1, 1, args->count);
        return Call(machine, args);
    }

    private static fl_status Call(Machine machine, fl_pointwise_args* args) => machine.IsGpu
        ? (fl_status)CudaMethods.fl_cuda_bce_with_logits(args, machine.Call, machine.Stream)
        : NativeMethods.fl_bce_with_logits(machine.Context, args);
}

internal readonly unsafe struct SigmoidFocalKernel(SigmoidFocalOptions? options) : IPointwiseKernel
{
    private readonly SigmoidFocalOptions _options = options ?? SigmoidFocalOptions.Default;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_sigmoid_focal_params hyper = new()
        {
            alpha = _options.Alpha, gamma = _options.Gamma, detach = (int)_options.Gradient,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_sigmoid_focal(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_sigmoid_focal(machine.Context, args, &hyper);
    }
}

internal readonly unsafe struct SoftMarginKernel(SoftMarginOptions? options) : IPointwiseKernel
{
    private readonly SoftMarginOptions _options = options ?? SoftMarginOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.TargetIsConstant;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args) => machine.IsGpu
        ? (fl_status)CudaMethods.fl_cuda_soft_margin(args, machine.Call, machine.Stream)
        : NativeMethods.fl_soft_margin(machine.Context, args);
}
