using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using FusedLoss.Cli.Commands;

namespace FusedLoss.Cli;

/// <summary>The <c>fusedloss</c> tool. Exit status 0; 1 for an error from the library or a failed check; 2 for
/// unusable arguments.</summary>
internal static class Program
{
    private const int LibraryError = 1;
    private const int UsageError = 2;

    public static int Main(string[] args)
    {
        if (OperatingSystem.IsWindows()) Console.OutputEncoding = Encoding.UTF8;
        return Run(args, Console.Out, Console.Error);
    }

    public static int Run(string[] args, TextWriter stdout, TextWriter stderr)
    {
        (CultureInfo culture, CultureInfo uiCulture) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        try
        {
            // A file's name may begin with @, which would otherwise name a file of further arguments.
            var configuration = new ParserConfiguration { ResponseFileTokenReplacer = null };
            return Invoke(Root().Parse(args.Length == 0 ? ["--help"] : args, configuration), stdout, stderr);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, uiCulture);
        }
    }

    // Not a RootCommand: that one would call itself after the assembly.
    private static Command Root() => new("fusedloss", "Loss functions with their gradients in one fused pass.")
    {
        InfoCommand.Create(), DemoCommand.Create(), VerifyCommand.Create(), BenchCommand.Create(), EvalCommand.Create(),
        new HelpOption(), new VersionOption(),
    };

    private static int Invoke(ParseResult parsed, TextWriter stdout, TextWriter stderr)
    {
        try
        {
            if (parsed.Errors is [.., var error]) throw new UsageException(error.Message);
            return parsed.Invoke(new() { Output = stdout, Error = stderr, EnableDefaultExceptionHandler = false });
        }
        catch (UsageException e)
        {
            return Fail(stderr, e, UsageError);
        }
        catch (Exception e) when (IsFromTheLibrary(e))
        {
            return Fail(stderr, e, LibraryError);
        }
    }

    private static int Fail(TextWriter stderr, Exception error, int status)
    {
        // One line, so that a script may show it as it is.
        stderr.WriteLine($"fusedloss: {error.Message.ReplaceLineEndings(" ")}");
        return status;
    }

    private static bool IsFromTheLibrary(Exception e) =>
        e is FusedLossException or ArgumentException or NotSupportedException or OutOfMemoryException
            or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException;
}
