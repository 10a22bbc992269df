namespace FusedLoss.Interop;

internal readonly unsafe struct MseKernel(MseOptions? options) : IPointwiseKernel
{
    private readonly MseOptions _options = options ?? MseOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.Weight;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args) => machine.IsGpu
        ? (fl_status)CudaMethods.fl_cuda_mse(args, machine.Call, machine.Stream)
        : NativeMethods.fl_mse(machine.Context, args);
}

internal readonly unsafe struct L1Kernel(L1Options? options) : IPointwiseKernel
{
    private readonly L1Options _options = options ?? L1Options.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.Weight;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args) => machine.IsGpu
        ? (fl_status)CudaMethods.fl_cuda_l1(args, machine.Call, machine.Stream)
        : NativeMethods.fl_l1(machine.Context, args);
}

internal readonly unsafe struct SmoothL1Kernel(SmoothL1Options? options) : IPointwiseKernel
{
    private readonly SmoothL1Options _options = options ?? SmoothL1Options.Default;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_smooth_l1_params hyper = new() { beta = _options.Beta };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_smooth_l1(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_smooth_l1(machine.Context, args, &hyper);
    }
}

internal readonly unsafe struct HuberKernel(HuberOptions? options) : IPointwiseKernel
{
    private readonly HuberOptions _options = options ?? HuberOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.Weight;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_huber_params hyper = new() { delta = _options.Delta };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_huber(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_huber(machine.Context, args, &hyper);
    }
}
