namespace FusedLoss.Interop;

internal readonly unsafe struct PoissonNllKernel(PoissonNllOptions? options) : IPointwiseKernel
{
    private readonly PoissonNllOptions _options = options ?? PoissonNllOptions.Default;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_poisson_nll_params hyper = new()
        {
            eps = _options.Eps, log_input = _options.LogInput ? 1 : 0, full = _options.Full ? 1 : 0,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_poisson_nll(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_poisson_nll(machine.Context, args, &hyper);
    }
}

internal readonly unsafe struct KlDivKernel(KlDivOptions? options) : IPointwiseKernel
{
    private readonly KlDivOptions _options = options ?? KlDivOptions.Default;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_kl_div_params hyper = new() { log_target = _options.LogTarget ? 1 : 0 };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_kl_div(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_kl_div(machine.Context, args, &hyper);
    }
}

internal readonly unsafe struct GaussianNllKernel(GaussianNllOptions? options) : IPointwiseKernel
{
    private static readonly PointwiseNames s_names = new("input", "var", "gradient", "varGradient");

    private readonly GaussianNllOptions _options = options ?? GaussianNllOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits =>
        PointwiseTraits.Extra | PointwiseTraits.ExtraIsNeeded | PointwiseTraits.ExtraBroadcasts
        | PointwiseTraits.ExtraMayLackLast | PointwiseTraits.ExtraGradient;

    public static PointwiseNames Names => s_names;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_gaussian_nll_params hyper = new() { eps = _options.Eps, full = _options.Full ? 1 : 0 };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_gaussian_nll(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_gaussian_nll(machine.Context, args, &hyper);
    }
}
