using System.Globalization;
using System.Reflection;
using FusedLoss.Catalogue;

namespace FusedLoss.Cli.Bench;

/// <summary>
/// A loss by its overload for plain spans, which is what most callers use and what costs least to call. It is found by
/// its name, like everything that a key stands for; null where there is none, as for three operands.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
internal abstract class SpanCall<T> where T : unmanaged
{
    public abstract double Run(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient, LossOptions options, LossContext context);

    public abstract double Run(
        ReadOnlySpan<T> logits, Labels labels, Span<T> gradient, LossOptions options, LossContext context);

    public static SpanCall<T>? Of(LossCase loss)
    {
        Type options = loss.Options.GetType();
        Type second = loss is PointwiseCase ? typeof(ReadOnlySpan<T>) : typeof(Labels);
        Type[] needed = [typeof(ReadOnlySpan<T>), second, typeof(Span<T>), options, typeof(LossContext)];
        MethodInfo? method = typeof(Loss).GetMethods()
            .Where(method => method.Name == Pascal(loss.Key) && method.IsGenericMethodDefinition)
            .Select(method => method.MakeGenericMethod(typeof(T)))
            .FirstOrDefault(method => method.GetParameters().Select(p => p.ParameterType).SequenceEqual(needed));
        if (method is null) return null;
        return (SpanCall<T>)Activator.CreateInstance(typeof(Typed<>).MakeGenericType(typeof(T), options), method)!;
    }

    private static string Pascal(string key) => string.Concat(
        key.Split('_').Select(word => char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..]));

    private delegate double Elements<TOptions>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient, TOptions? options, LossContext? context);

    private delegate double Classes<TOptions>(
        ReadOnlySpan<T> logits, Labels labels, Span<T> gradient, TOptions? options, LossContext? context);

    private sealed class Typed<TOptions>(MethodInfo method) : SpanCall<T> where TOptions : LossOptions
    {
        private readonly Elements<TOptions>? _elements = Bind<Elements<TOptions>>(method, typeof(ReadOnlySpan<T>));
        private readonly Classes<TOptions>? _classes = Bind<Classes<TOptions>>(method, typeof(Labels));

        public override double Run(
            ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient, LossOptions options,
            LossContext context) => _elements!(input, target, gradient, (TOptions)options, context);

        public override double Run(
            ReadOnlySpan<T> logits, Labels labels, Span<T> gradient, LossOptions options, LossContext context) =>
            _classes!(logits, labels, gradient, (TOptions)options, context);

        private static TDelegate? Bind<TDelegate>(MethodInfo method, Type second) where TDelegate : Delegate =>
            method.GetParameters()[1].ParameterType == second ? method.CreateDelegate<TDelegate>() : null;
    }
}
