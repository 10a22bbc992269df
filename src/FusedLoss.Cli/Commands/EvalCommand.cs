using System.CommandLine;
using System.Globalization;
using FusedLoss.Cli.Eval;
using FusedLoss.Cli.Npy;

namespace FusedLoss.Cli.Commands;

/// <summary><c>fusedloss eval</c>: one loss on arrays from .npy files; one line of JSON.</summary>
internal static class EvalCommand
{
    private static readonly Argument<string?> Key = new("KEY")
    {
        Arity = ArgumentArity.ZeroOrOne, Description = "the loss: PyTorch's functional name without _loss (see --list)",
    };
    private static readonly Argument<string[]> Arrays = new("NAME=FILE.npy")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "arrays, with the names of PyTorch's parameters; upstream is the gradient that flows in",
    };
    private static readonly Option<string[]> Set = new("--set")
    {
        HelpName = "NAME=VALUE", AllowMultipleArgumentsPerToken = true,
        Description = "hyper-parameters, with PyTorch's names and defaults",
    };
    private static readonly Option<string[]> Out = new("--out")
    {
        HelpName = "NAME=FILE.npy", AllowMultipleArgumentsPerToken = true,
        Description = "outputs: loss, grad_input, grad_target, … (see --list)",
    };
    private static readonly Option<string> ReductionName = new("--reduction")
    {
        HelpName = "none|mean|sum|batchmean", DefaultValueFactory = _ => "mean",
        Description = "how terms become one number",
    };
    private static readonly Option<string?> Denominator = new("--denominator")
    {
        HelpName = "D", Description = "what a mean divides by, instead of the loss's own",
    };
    private static readonly Option<string> Device = CommonOptions.Device();
    private static readonly Option<bool> List = new("--list")
    {
        Description = "print every KEY with its arrays, settings and outputs",
    };
    private static readonly Option<string> Isa = CommonOptions.Isa();
    private static readonly Option<string?> Threads = CommonOptions.Threads("most threads to use (all cores)");

    public static Command Create()
    {
        var command = new Command("eval", "one loss on arrays from .npy files; prints one line of JSON")
        {
            Key, Arrays, Set, ReductionName, Denominator, Out, Isa, Threads, Device, List,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        TextWriter stdout = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(List))
        {
            EvalList.Write(stdout);
            return 0;
        }
        EvalRequest request = Request(parsed);
        using LossContext context = request.Open();
        var arrays = new EvalArrays(request);
        EvalResult result = Evaluate(request, arrays, context);
        using (var files = new OutputFiles())
        {
            foreach ((string name, string path) in request.Outputs) files.Stage(name, path, result.Outputs[name]);
            files.Commit();
        }
        stdout.WriteLine(result.ToJson(context));
        return 0;
    }

    private static EvalResult Evaluate(EvalRequest request, EvalArrays arrays, LossContext context) =>
        arrays.Type switch
        {
            NpyType.Float32 => Evaluate<float>(request, arrays, context),
            NpyType.Float64 => Evaluate<double>(request, arrays, context),
            NpyType.Float16 => Evaluate<Half>(request, arrays, context),
            _ => Evaluate<BFloat16>(request, arrays, context),
        };

    private static EvalResult Evaluate<T>(EvalRequest request, EvalArrays arrays, LossContext context)
        where T : unmanaged => request.Loss.Kin switch
        {
            LossKin.Pointwise => PointwiseEval.Run<T>(request, arrays, context),
            LossKin.ThirdOperand => ThirdOperandEval.Run<T>(request, arrays, context),
            LossKin.Classes => ClassEval.Run<T>(request, arrays, context),
            LossKin.Distributions => DistributionEval.Run<T>(request, arrays, context),
            LossKin.Regions => RegionEval.Run<T>(request, arrays, context),
            LossKin.Ctc => CtcEval.Run<T>(request, arrays, context),
            _ => PairEval.Run<T>(request, arrays, context),
        };

    private static EvalRequest Request(ParseResult parsed)
    {
        LossKey loss = LossKeys.Find(parsed.GetValue(Key) ?? throw new UsageException(
            "KEY is missing, but the name of a loss is needed (fusedloss eval --list prints them)."));
        var assignments = new Assignments(loss);
        foreach (string text in parsed.GetValue(Arrays) ?? []) assignments.AddArray(text);
        foreach (string text in parsed.GetValue(Set) ?? []) assignments.AddSetting(text);
        foreach (string text in parsed.GetValue(Out) ?? []) assignments.AddOutput(text);
        return new EvalRequest(loss)
        {
            Arrays = assignments.Arrays,
            Settings = new Settings(loss, assignments.Settings),
            Outputs = assignments.Outputs,
            Reduction = ReductionOf(parsed.GetValue(ReductionName)!),
            Denominator = DenominatorOf(parsed.GetValue(Denominator)),
            Context = new LossContextOptions
            {
                InstructionSet = CommonOptions.InstructionSetOf(parsed.GetValue(Isa)!),
                MaxThreads = CommonOptions.MaxThreadsOf(parsed.GetValue(Threads), otherwise: -1),
            },
            Gpu = CommonOptions.GpuOf(parsed.GetValue(Device)!),
        };
    }

    private static Reduction ReductionOf(string name) => name switch
    {
        "none" => Reduction.None,
        "mean" => Reduction.Mean,
        "sum" => Reduction.Sum,
        "batchmean" => Reduction.BatchMean,
        _ => throw new UsageException($"--reduction is '{name}', but none, mean, sum or batchmean is needed."),
    };

    private static double DenominatorOf(string? text)
    {
        if (text is null) return 0;
        bool number = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double denominator);
        // 0 stands for "the reduction's own" in the library, and a caller who writes it means something else.
        return number && denominator > 0 && double.IsFinite(denominator) ? denominator : throw new UsageException(
            $"--denominator is '{text}', but a number above 0 is needed.");
    }
}
