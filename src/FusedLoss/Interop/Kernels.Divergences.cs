namespace FusedLoss.Interop;

internal readonly unsafe struct JsdKernel(JsdOptions? options) : IClassKernel
{
    private readonly JsdOptions _options = options ?? JsdOptions.Default;

    public static ClassTraits Traits => ClassTraits.Target | ClassTraits.TargetGradient;

    public static ClassNames Names => ClassNames.Scores;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        fl_jsd_params hyper = new()
        {
            beta = _options.Beta,
            temperature = _options.Temperature,
            log_probabilities = (int)_options.Input,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_jsd(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_jsd(machine.Context, args, &hyper);
    }
}

internal readonly unsafe struct TvdKernel(TvdOptions? options) : IClassKernel
{
    private readonly TvdOptions _options = options ?? TvdOptions.Default;

    public static ClassTraits Traits => ClassTraits.Target | ClassTraits.TargetGradient;

    public static ClassNames Names => ClassNames.Scores;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        fl_tvd_params hyper = new()
        {
            temperature = _options.Temperature, log_probabilities = (int)_options.Input,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_tvd(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_tvd(machine.Context, args, &hyper);
    }
}
