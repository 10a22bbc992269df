namespace FusedLoss.Catalogue;

/// <summary>Limits in ulp: of the loss term (and, as a rule, of sums), of the gradient, of the target's
/// gradient.</summary>
internal sealed record Tolerance(double Loss, double Gradient, double Target);

/// <summary>Limits for both precisions.</summary>
internal sealed record Limits(Tolerance Float32, Tolerance Float64)
{
    public Tolerance For(Precision precision) => precision == Precision.Float32 ? Float32 : Float64;
}

/// <summary>What a mean divides by.</summary>
internal enum Divisor { Count, Weights }

/// <summary>The public method of a point-wise loss, options and all.</summary>
internal delegate double PointwiseMethod<T, TOptions>(
    scoped in PointwiseArgs<T> args, TOptions? options, LossContext? context)
    where T : unmanaged where TOptions : LossOptions;

/// <summary>A point-wise loss for either precision.</summary>
internal abstract class PointwiseCall
{
    public abstract double Run<T>(scoped in PointwiseArgs<T> args, LossOptions? options, LossContext? context)
        where T : unmanaged;

    public static PointwiseCall Of<TOptions>(
        PointwiseMethod<float, TOptions> f32, PointwiseMethod<double, TOptions> f64) where TOptions : LossOptions =>
        new Typed<TOptions>(f32, f64);

    private sealed class Typed<TOptions>(PointwiseMethod<float, TOptions> f32, PointwiseMethod<double, TOptions> f64)
        : PointwiseCall where TOptions : LossOptions
    {
        public override double Run<T>(scoped in PointwiseArgs<T> args, LossOptions? options, LossContext? context)
        {
            Delegate method = typeof(T) == typeof(float) ? f32 : f64;
            return ((PointwiseMethod<T, TOptions>)method)(args, (TOptions?)options, context);
        }
    }
}

/// <summary>The public method of a loss over classes, options and all.</summary>
internal delegate double ClassMethod<T, TOptions>(
    scoped in ClassArgs<T> args, TOptions? options, LossContext? context)
    where T : unmanaged where TOptions : LossOptions;

/// <summary>A loss over classes for either precision.</summary>
internal abstract class ClassCall
{
    public abstract double Run<T>(scoped in ClassArgs<T> args, LossOptions? options, LossContext? context)
        where T : unmanaged;

    public static ClassCall Of<TOptions>(ClassMethod<float, TOptions> f32, ClassMethod<double, TOptions> f64)
        where TOptions : LossOptions => new Typed<TOptions>(f32, f64);

    private sealed class Typed<TOptions>(ClassMethod<float, TOptions> f32, ClassMethod<double, TOptions> f64)
        : ClassCall where TOptions : LossOptions
    {
        public override double Run<T>(scoped in ClassArgs<T> args, LossOptions? options, LossContext? context)
        {
            Delegate method = typeof(T) == typeof(float) ? f32 : f64;
            return ((ClassMethod<T, TOptions>)method)(args, (TOptions?)options, context);
        }
    }
}

/// <summary>One row of the catalogue.</summary>
/// <param name="Key">The loss, as in <c>fl_key</c>.</param>
/// <param name="Variant">Its options in a word; empty for the defaults.</param>
/// <param name="Options">Its options.</param>
/// <param name="Limits">The tolerance columns.</param>
internal abstract record LossCase(string Key, string Variant, LossOptions Options, Limits Limits)
{
    public string Name => Variant.Length == 0 ? Key : $"{Key}/{Variant}";

    public Divisor Mean { get; init; }

    public sealed override string ToString() => Name;
}

/// <summary>A point-wise loss as tests, benches and `verify` see it: the call, the oracle, the inputs, the
/// limits.</summary>
internal sealed record PointwiseCase(
    string Key, string Variant, PointwiseCall Call, LossOptions Options, PointwiseOracle Oracle, PointwiseInputs Inputs,
    Limits Limits) : LossCase(Key, Variant, Options, Limits)
{
    /// <summary>There is no gradient to the target.</summary>
    public bool TargetIsConstant { get; init; }
}

/// <summary>A loss over classes, likewise.</summary>
internal sealed record ClassCase(
    string Key, string Variant, ClassCall Call, LossOptions Options, ClassOracle Oracle, ClassInputs Inputs,
    Limits Limits)
    : LossCase(Key, Variant, Options, Limits)
{
    /// <summary>The only number of classes that the variant has; 0 for any.</summary>
    public long OnlyClasses { get; init; }
}
