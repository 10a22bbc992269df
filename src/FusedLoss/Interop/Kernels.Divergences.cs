namespace FusedLoss.Interop;

internal readonly unsafe struct JsdKernel(JsdOptions? options) : IClassKernel
{
    private readonly JsdOptions _options = options ?? JsdOptions.Default;

    public static ClassTraits Traits => ClassTraits.Target | ClassTraits.TargetGradient;

    public static ClassNames Names => ClassNames.Scores;

    public LossOptions Options => _options;

    public fl_status Invoke(fl_context* context, fl_row_args* args)
    {
        fl_jsd_params hyper = new()
        {
            beta = _options.Beta,
            temperature = _options.Temperature,
            log_probabilities = (int)_options.Input,
        };
        return NativeMethods.fl_jsd(context, args, &hyper);
    }
}

internal readonly unsafe struct TvdKernel(TvdOptions? options) : IClassKernel
{
    private readonly TvdOptions _options = options ?? TvdOptions.Default;

    public static ClassTraits Traits => ClassTraits.Target | ClassTraits.TargetGradient;

    public static ClassNames Names => ClassNames.Scores;

    public LossOptions Options => _options;

    public fl_status Invoke(fl_context* context, fl_row_args* args)
    {
        fl_tvd_params hyper = new()
        {
            temperature = _options.Temperature, log_probabilities = (int)_options.Input,
        };
        return NativeMethods.fl_tvd(context, args, &hyper);
    }
}
