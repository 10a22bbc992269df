namespace FusedLoss.Interop;

internal readonly unsafe struct CrossEntropyKernel(CrossEntropyOptions? options) : IClassKernel
{
    private readonly CrossEntropyOptions _options = options ?? CrossEntropyOptions.Default;

    public LossOptions Options => _options;

    public static ClassTraits Traits =>
        ClassTraits.Labels | ClassTraits.Target | ClassTraits.TargetGradient | ClassTraits.ClassWeights
        | ClassTraits.SampleWeights | ClassTraits.Statistics;

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        fl_cross_entropy_params hyper = new()
        {
            label_smoothing = _options.LabelSmoothing,
            ignore_index = _options.IgnoreIndex,
            z_loss = _options.ZLoss,
            soft_cap = _options.SoftCap,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_cross_entropy(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_cross_entropy(machine.Context, args, &hyper);
    }
}

internal readonly unsafe struct SoftmaxFocalKernel(SoftmaxFocalOptions? options) : IClassKernel
{
    private readonly SoftmaxFocalOptions _options = options ?? SoftmaxFocalOptions.Default;

    public LossOptions Options => _options;

    public static ClassTraits Traits => ClassTraits.Labels | ClassTraits.ClassWeights;

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        if (_options.Alpha >= 0) Require.Alpha(_options.Alpha, args->classes, args->class_weight != null);
        fl_softmax_focal_params hyper = new()
        {
            gamma = _options.Gamma,
            alpha = _options.Alpha,
            ignore_index = _options.IgnoreIndex,
            detach = (int)_options.Gradient,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_softmax_focal(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_softmax_focal(machine.Context, args, &hyper);
    }
}

internal readonly unsafe struct NllKernel(NllOptions? options) : IClassKernel
{
    private readonly NllOptions _options = options ?? NllOptions.Default;

    public LossOptions Options => _options;

    public static ClassTraits Traits => ClassTraits.Labels | ClassTraits.ClassWeights;

    public static ClassNames Names => ClassNames.Scores;

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        fl_nll_params hyper = new() { ignore_index = _options.IgnoreIndex };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_nll(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_nll(machine.Context, args, &hyper);
    }
}
