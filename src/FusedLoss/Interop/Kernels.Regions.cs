namespace FusedLoss.Interop;

internal readonly unsafe struct DiceKernel(DiceOptions? options) : IClassKernel
{
    private readonly DiceOptions _options = options ?? DiceOptions.Default;

    public static ClassTraits Traits => ClassTraits.Labels | ClassTraits.Target;

    public static ClassNames Names => RegionCalls.Names;

    public LossOptions Options => _options;

    public static long Terms(LossOptions options, ClassShape shape) =>
        (DiceOptions)options is var dice ? RegionCalls.Count(dice.Regions, dice.PerSample, shape) : 0;

    public static (long Least, long Most) LabelRange(long classes) => RegionCalls.LabelRange(classes);

    public static long Workspace(LossOptions options, fl_row_args* args)
    {
        var hyper = Hyper((DiceOptions)options);
        return NativeMethods.fl_dice_workspace(args, &hyper);
    }

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        var hyper = Hyper(_options);
        return NativeMethods.fl_dice(machine.CpuFor("dice"), args, &hyper);
    }

    private static fl_dice_params Hyper(DiceOptions options) => new()
    {
        smooth = options.Smooth,
        ignore_index = options.IgnoreIndex,
        probabilities = (int)options.Input,
        all_classes = (int)options.Regions,
        per_sample = options.PerSample ? 1 : 0,
    };
}

internal readonly unsafe struct TverskyKernel(TverskyOptions? options) : IClassKernel
{
    private readonly TverskyOptions _options = options ?? TverskyOptions.Default;

    public static ClassTraits Traits => ClassTraits.Labels | ClassTraits.Target;

    public static ClassNames Names => RegionCalls.Names;

    public LossOptions Options => _options;

    public static long Terms(LossOptions options, ClassShape shape) =>
        (TverskyOptions)options is var tversky ? RegionCalls.Count(tversky.Regions, tversky.PerSample, shape) : 0;

    public static (long Least, long Most) LabelRange(long classes) => RegionCalls.LabelRange(classes);

    public static long Workspace(LossOptions options, fl_row_args* args)
    {
        var hyper = Hyper((TverskyOptions)options);
        return NativeMethods.fl_tversky_workspace(args, &hyper);
    }

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        var hyper = Hyper(_options);
        return NativeMethods.fl_tversky(machine.CpuFor("tversky"), args, &hyper);
    }

    private static fl_tversky_params Hyper(TverskyOptions options) => new()
    {
        alpha = options.Alpha,
        beta = options.Beta,
        smooth = options.Smooth,
        ignore_index = options.IgnoreIndex,
        probabilities = (int)options.Input,
        all_classes = (int)options.Regions,
        per_sample = options.PerSample ? 1 : 0,
    };
}
