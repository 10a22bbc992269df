using System.Reflection;

namespace FusedLoss.Tests.Contract;

/// <summary>What every point-wise loss of the catalogue promises, found by its key: a loss that is added is tested
/// without a line here.</summary>
public class EveryPointwiseTests
{
    private const int Count = 37;

    private static readonly string[] s_keys =
    [
        .. LossCatalogue.Pointwise.Where(row => !row.HasExtraGradient).Select(row => row.Key).Distinct(),
    ];

    public static TheoryData<string> Keys => [.. s_keys];

    public static TheoryData<string> Printed =>
        [.. LossCatalogue.Pointwise.Where(row => row.Printed is not null).Select(row => row.Name)];

    private delegate double Spans<T, TOptions>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient, TOptions? options, LossContext? context)
        where T : unmanaged;

    private delegate double Views<T, TOptions>(
        InputView<T> input, InputView<T> target, OutputView<T> gradient, TOptions? options, LossContext? context)
        where T : unmanaged;

    [Theory, MemberData(nameof(Keys))]
    public void EveryOverloadIsTheSameLoss(string key)
    {
        var row = LossCatalogue.Pointwise.First(row => row.Key == key);
        Invoke<float>(nameof(Compare), row);
        Invoke<double>(nameof(Compare), row);
        Invoke<Half>(nameof(Compare), row);
        Invoke<BFloat16>(nameof(Compare), row);
    }

    [Theory, MemberData(nameof(Keys))]
    public void MistakesAreRefusedByName(string key) =>
        Invoke<float>(nameof(Refuse), LossCatalogue.Pointwise.First(row => row.Key == key));

    [Theory, MemberData(nameof(Printed))]
    public void IsWhatIsPrinted(string name)
    {
        var row = LossCatalogue.PointwiseNamed(name);
        var printed = row.Printed!;
        var (losses, gradient) = (new double[printed.Input.Length], new double[printed.Input.Length]);
        var run = new PointwiseRun<double>
        {
            Input = printed.Input, Target = printed.Target, Losses = losses, Gradient = gradient,
        };
        row.Call.Run(run, row.Options with { Reduction = Reduction.None }, null);
        var limit = row.Limits.Float64;
        for (var i = 0; i < losses.Length; i++)
        {
            Assert.InRange(Ulp.Error(Precision.Float64, printed.Losses[i], losses[i]), 0, limit.Loss);
            Assert.InRange(Ulp.Error(Precision.Float64, printed.Gradient[i], gradient[i]), 0, limit.Gradient);
        }
    }

    private static void Compare<T, TOptions>(PointwiseCase row)
        where T : unmanaged where TOptions : LossOptions
    {
        var sample = row.Inputs.Sample<T>(Count, seed: 4);
        var expected = new T[Count];
        var run = new PointwiseRun<T> { Input = sample.Input, Target = sample.Target, Gradient = expected };
        var loss = row.Call.Run(run, row.Options, null);
        var spans = Methods<Spans<T, TOptions>, T, TOptions>(row.Key, typeof(ReadOnlySpan<T>)).ToArray();
        var views = Methods<Views<T, TOptions>, T, TOptions>(row.Key, typeof(InputView<T>)).ToArray();
        var isPlain = typeof(T) == typeof(float) || typeof(T) == typeof(double);
        Assert.Equal((isPlain ? 2 : 1, isPlain ? 1 : 0), (spans.Length, views.Length));
        foreach (var call in spans)
        {
            var actual = new T[Count];
            Assert.Equal(loss, call(sample.Input, sample.Target, actual, (TOptions)row.Options, null));
            Assert.Equal(expected, actual);
        }
        foreach (var call in views)
        {
            var actual = new T[Count];
            Assert.Equal(loss, call(sample.Input, sample.Target, actual, (TOptions)row.Options, null));
            Assert.Equal(expected, actual);
        }
    }

    private static void Refuse<T, TOptions>(PointwiseCase row)
        where T : unmanaged where TOptions : LossOptions
    {
        var call = Methods<Spans<T, TOptions>, T, TOptions>(row.Key, typeof(ReadOnlySpan<T>)).First();
        var (sample, gradient) = (row.Inputs.Sample<T>(Count, seed: 4), new T[Count]);
        var options = (TOptions)row.Options;
        Refused("target", () => call(sample.Input, sample.Target.AsSpan(1), gradient, options, null));
        Refused("gradient", () => call(sample.Input, sample.Target, gradient.AsSpan(1), options, null));
        Refused("gradient", () => call(sample.Input, sample.Target, sample.Target, options, null));
        Refused("options", () => call(
            sample.Input, sample.Target, gradient, options with { Reduction = (Reduction)9 }, null));
        Assert.All(gradient, value => Assert.Equal(default, value));
    }

    private static void Refused(string name, Func<object?> call) =>
        Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(call).ParamName);

    private static IEnumerable<TDelegate> Methods<TDelegate, T, TOptions>(string key, Type first)
        where TDelegate : Delegate
    {
        var name = string.Concat(key.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        foreach (var method in typeof(Loss).GetMethods().Where(method => method.Name == name))
        {
            var made = method.IsGenericMethod ? method.MakeGenericMethod(typeof(T)) : method;
            var parameters = made.GetParameters();
            if (parameters[0].ParameterType == first && parameters[^1].ParameterType == typeof(LossContext))
                yield return made.CreateDelegate<TDelegate>();
        }
    }

    private static void Invoke<T>(string method, PointwiseCase row)
    {
        try
        {
            typeof(EveryPointwiseTests).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!
                .MakeGenericMethod(typeof(T), row.Options.GetType()).Invoke(null, [row]);
        }
        catch (TargetInvocationException wrapped) when (wrapped.InnerException is not null)
        {
            throw wrapped.InnerException;
        }
    }
}
