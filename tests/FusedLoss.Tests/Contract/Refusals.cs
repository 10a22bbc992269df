namespace FusedLoss.Tests.Contract;

/// <summary>A call that must be refused: with this exception, parameter name and message, before anything is
/// written.</summary>
/// <param name="What">Names the row.</param>
/// <param name="Call">Gets the outputs: losses, gradient and target gradient, filled with poison.</param>
/// <param name="Exception">The exact type.</param>
/// <param name="Parameter">Its ParamName; null if it has none.</param>
/// <param name="Message">Its message, without the suffix that .NET adds for the parameter.</param>
internal sealed record Refusal(string What, Action<RefusedOutputs> Call, Type Exception, string? Parameter,
    string Message)
{
    public static Refusal Argument(string what, Action<RefusedOutputs> call, string parameter, string message) =>
        new(what, call, typeof(ArgumentException), parameter, message);

    public static Refusal Range(string what, Action<RefusedOutputs> call, string parameter, string message) =>
        new(what, call, typeof(ArgumentOutOfRangeException), parameter, message);

    public static Refusal Option(string what, Action<RefusedOutputs> call, string message) =>
        Range(what, call, "options", message);
}

/// <summary>Outputs of a refused call, large enough for every row.</summary>
internal sealed class RefusedOutputs
{
    public const int Room = 200;
    private const float Poison = 123456;

    public float[] Losses { get; } = Filled();
    public float[] Gradient { get; } = Filled();
    public float[] TargetGradient { get; } = Filled();

    public bool Untouched => !Losses.Concat(Gradient).Concat(TargetGradient).Any(value => value != Poison);

    private static float[] Filled()
    {
        var values = new float[Room];
        Array.Fill(values, Poison);
        return values;
    }
}
