namespace FusedLoss.Interop;

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
