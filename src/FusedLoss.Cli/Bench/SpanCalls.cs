using System.Globalization;
using System.Reflection;
using FusedLoss.Catalogue;

namespace FusedLoss.Cli.Bench;

/// <summary>Arguments of a loss that takes plain spans; each takes some of them.</summary>
internal readonly ref struct SpanArguments<T> where T : unmanaged
{
    public ReadOnlySpan<T> Input { get; init; }
    public ReadOnlySpan<T> Target { get; init; }
    public Labels Labels { get; init; }
    public int Classes { get; init; }
    public Span<T> Gradient { get; init; }
}

/// <summary>
/// A loss by its overload for plain spans, which is what most callers use and what costs least to call. It is found by
/// its name, like everything that a key stands for.
/// </summary>
internal abstract class SpanCall<T> where T : unmanaged
{
    private static readonly Type Values = typeof(ReadOnlySpan<T>), Gradient = typeof(Span<T>), Label = typeof(Labels);

    private static readonly (Type Call, Type[] Parameters)[] Kinds =
    [
        (typeof(OfElements<>), [Values, Values, Gradient]),
        (typeof(OfLabels<>), [Values, Label, Gradient]),
        (typeof(OfLists<>), [Values, Label, typeof(int), Gradient]),
        (typeof(OfDistributions<>), [Values, Values, typeof(int), Gradient]),
        (typeof(OfScores<>), [Values, Gradient]),
    ];

    public abstract double Run(scoped in SpanArguments<T> args, LossOptions options, LossContext context);

    /// <summary>Null where no overload has just these arguments, as with three operands.</summary>
    public static SpanCall<T>? Of(LossCase loss)
    {
        Type options = loss.Options.GetType();
        MethodInfo[] methods =
        [
            .. typeof(Loss).GetMethods().Where(method => method.Name == Pascal(loss.Key) && method.IsGenericMethod)
                .Select(method => method.MakeGenericMethod(typeof(T))),
        ];
        foreach ((Type call, Type[] first) in Kinds)
        {
            Type[] parameters = [.. first, options, typeof(LossContext)];
            MethodInfo? method = Array.Find(
                methods, each => each.GetParameters().Select(p => p.ParameterType).SequenceEqual(parameters));
            if (method is null) continue;
            return (SpanCall<T>)Activator.CreateInstance(call.MakeGenericType(typeof(T), options), method)!;
        }
        return null;
    }

    private static string Pascal(string key) => string.Concat(
        key.Split('_').Select(word => char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..]));

    private sealed class OfElements<TOptions>(MethodInfo method) : SpanCall<T> where TOptions : LossOptions
    {
        private delegate double Method(
            ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient, TOptions? options, LossContext? context);

        private readonly Method _method = method.CreateDelegate<Method>();

        public override double Run(scoped in SpanArguments<T> args, LossOptions options, LossContext context) =>
            _method(args.Input, args.Target, args.Gradient, (TOptions)options, context);
    }

    private sealed class OfLabels<TOptions>(MethodInfo method) : SpanCall<T> where TOptions : LossOptions
    {
        private delegate double Method(
            ReadOnlySpan<T> input, Labels labels, Span<T> gradient, TOptions? options, LossContext? context);

        private readonly Method _method = method.CreateDelegate<Method>();

        public override double Run(scoped in SpanArguments<T> args, LossOptions options, LossContext context) =>
            _method(args.Input, args.Labels, args.Gradient, (TOptions)options, context);
    }

    private sealed class OfLists<TOptions>(MethodInfo method) : SpanCall<T> where TOptions : LossOptions
    {
        private delegate double Method(
            ReadOnlySpan<T> input, Labels labels, int classes, Span<T> gradient, TOptions? options,
            LossContext? context);

        private readonly Method _method = method.CreateDelegate<Method>();

        public override double Run(scoped in SpanArguments<T> args, LossOptions options, LossContext context) =>
            _method(args.Input, args.Labels, args.Classes, args.Gradient, (TOptions)options, context);
    }

    private sealed class OfDistributions<TOptions>(MethodInfo method) : SpanCall<T> where TOptions : LossOptions
    {
        private delegate double Method(
            ReadOnlySpan<T> input, ReadOnlySpan<T> target, int classes, Span<T> gradient, TOptions? options,
            LossContext? context);

        private readonly Method _method = method.CreateDelegate<Method>();

        public override double Run(scoped in SpanArguments<T> args, LossOptions options, LossContext context) =>
            _method(args.Input, args.Target, args.Classes, args.Gradient, (TOptions)options, context);
    }

    private sealed class OfScores<TOptions>(MethodInfo method) : SpanCall<T> where TOptions : LossOptions
    {
        private delegate double Method(
            ReadOnlySpan<T> input, Span<T> gradient, TOptions? options, LossContext? context);

        private readonly Method _method = method.CreateDelegate<Method>();

        public override double Run(scoped in SpanArguments<T> args, LossOptions options, LossContext context) =>
            _method(args.Input, args.Gradient, (TOptions)options, context);
    }
}
