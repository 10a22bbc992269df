namespace FusedLoss.Interop;

internal readonly unsafe struct BalancedCrossEntropyKernel(BalancedCrossEntropyOptions? options) : IClassKernel
{
    private readonly BalancedCrossEntropyOptions _options = options ?? BalancedCrossEntropyOptions.Default;

    public static ClassTraits Traits => ClassTraits.Labels;

    public LossOptions Options => _options;

    public static long Workspace(LossOptions options, fl_row_args* args) =>
        NativeMethods.fl_balanced_cross_entropy_workspace(args);

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        fl_balanced_cross_entropy_params hyper = new()
        {
            beta = _options.Beta, label_smoothing = _options.LabelSmoothing, ignore_index = _options.IgnoreIndex,
        };
        return NativeMethods.fl_balanced_cross_entropy(machine.CpuFor("balanced_cross_entropy"), args, &hyper);
    }
}
