namespace FusedLoss.Catalogue;

/// <summary>Buffers of one call of a point-wise loss, whatever its own names for them are.</summary>
internal ref struct PointwiseRun<T> where T : unmanaged
{
    public InputView<T> Input;
    public InputView<T> Target;
    public InputView<T> Weight;

    /// <summary>The third operand: positive weight, variance, second input.</summary>
    public InputView<T> Extra;

    public InputTerms Upstream;
    public OutputTerms Losses;
    public OutputView<T> Gradient;
    public OutputView<T> TargetGradient;
    public OutputView<T> ExtraGradient;

    /// <summary>Size of the first dimension; 0 to infer it.</summary>
    public long Batch { get; set; }
}

/// <summary>The public method of a point-wise loss, options and all.</summary>
internal delegate double PointwiseMethod<T, TOptions>(
    scoped in PointwiseArgs<T> args, TOptions? options, LossContext? context)
    where T : unmanaged where TOptions : LossOptions;

/// <summary>A point-wise loss for every element type. Losses with arguments of their own derive from it.</summary>
internal abstract class PointwiseCall
{
    public abstract double Run<T>(scoped in PointwiseRun<T> run, LossOptions? options, LossContext? context)
        where T : unmanaged;

    public static PointwiseCall Of<TOptions>(
        PointwiseMethod<float, TOptions> f32, PointwiseMethod<double, TOptions> f64,
        PointwiseMethod<Half, TOptions> f16, PointwiseMethod<BFloat16, TOptions> bf16) where TOptions : LossOptions =>
        new Typed<TOptions>([f32, f64, f16, bf16]);

    private sealed class Typed<TOptions>(Delegate[] methods) : PointwiseCall where TOptions : LossOptions
    {
        public override double Run<T>(scoped in PointwiseRun<T> run, LossOptions? options, LossContext? context)
        {
            var method = (PointwiseMethod<T, TOptions>)methods[(int)Element.PrecisionOf<T>()];
            var args = new PointwiseArgs<T>
            {
                Input = run.Input,
                Target = run.Target,
                Weight = run.Weight,
                PosWeight = run.Extra,
                Upstream = run.Upstream,
                Losses = run.Losses,
                Gradient = run.Gradient,
                TargetGradient = run.TargetGradient,
                Batch = run.Batch,
            };
            return method(args, (TOptions?)options, context);
        }
    }
}
