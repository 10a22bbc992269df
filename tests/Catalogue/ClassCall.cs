namespace FusedLoss.Catalogue;

/// <summary>The public method of a loss over classes, options and all.</summary>
internal delegate double ClassMethod<T, TOptions>(
    scoped in ClassArgs<T> args, TOptions? options, LossContext? context)
    where T : unmanaged where TOptions : LossOptions;

/// <summary>A loss over classes for every element type.</summary>
internal abstract class ClassCall
{
    public abstract double Run<T>(scoped in ClassArgs<T> args, LossOptions? options, LossContext? context)
        where T : unmanaged;

    public static ClassCall Of<TOptions>(
        ClassMethod<float, TOptions> f32, ClassMethod<double, TOptions> f64, ClassMethod<Half, TOptions> f16,
        ClassMethod<BFloat16, TOptions> bf16) where TOptions : LossOptions =>
        new Typed<TOptions>([f32, f64, f16, bf16]);

    private sealed class Typed<TOptions>(Delegate[] methods) : ClassCall where TOptions : LossOptions
    {
        public override double Run<T>(scoped in ClassArgs<T> args, LossOptions? options, LossContext? context) =>
            ((ClassMethod<T, TOptions>)methods[(int)Element.PrecisionOf<T>()])(args, (TOptions?)options, context);
    }
}
