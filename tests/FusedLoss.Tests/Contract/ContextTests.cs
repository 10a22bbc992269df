namespace FusedLoss.Tests.Contract;

/// <summary>Contexts: what they report, what they refuse, and their end.</summary>
public class ContextTests
{
    private static readonly float[] X = [1, 2, 3];
    private static readonly float[] T = [1, 0, 3];

    [Fact]
    public void ReportsWhatItUses()
    {
        using var context = new LossContext();
        Assert.Contains(context.InstructionSet, LossContext.AvailableInstructionSets);
        Assert.Equal(Environment.ProcessorCount, context.MaxThreads);
        Assert.Equal(LossContext.AvailableInstructionSets.Max(), context.InstructionSet);
        Assert.Matches(@"^\d+\.\d+\.\d+$", LossContext.LibraryVersion);
        Assert.Equal(1, LossContext.AbiVersion);
        Assert.True(File.Exists(LossContext.LibraryPath), LossContext.LibraryPath);
    }

    [Fact]
    public void ForcesInstructionSets()
    {
        Assert.True(LossContext.IsAvailable(InstructionSet.Auto));
        foreach (var isa in Enum.GetValues<InstructionSet>())
        {
            var options = new LossContextOptions { InstructionSet = isa, MaxThreads = 1 };
            if (LossContext.IsAvailable(isa))
            {
                using var context = new LossContext(options);
                if (isa != InstructionSet.Auto) Assert.Equal(isa, context.InstructionSet);
                Assert.Equal(1, context.MaxThreads);
            }
            else
            {
                var exception = Assert.Throws<PlatformNotSupportedException>(() => new LossContext(options));
                Assert.Contains("instruction set", exception.Message, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    [Theory]
    [InlineData(0), InlineData(-2), InlineData(1_000_000)]
    public void RefusesThreadCounts(int threads)
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(
            () => new LossContext(new LossContextOptions { MaxThreads = threads }));
        Assert.Equal("options", exception.ParamName);
        Assert.StartsWith($"MaxThreads is {threads} but must be", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesUndefinedInstructionSets()
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(
            () => new LossContext(new LossContextOptions { InstructionSet = (InstructionSet)77 }));
        Assert.Equal("options", exception.ParamName);
        Assert.StartsWith("InstructionSet is 77 but must be", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IsOfNoUseAfterDispose()
    {
        var context = new LossContext();
        Loss.Mse(X, T, context: context);
        context.Dispose();
        context.Dispose();
        var gradient = new float[3];
        var exception = Assert.Throws<ObjectDisposedException>(() => Loss.Mse(X, T, gradient, context: context));
        Assert.Contains(nameof(LossContext), exception.ObjectName, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => Loss.CrossEntropy(X, new int[1], gradient, context: context));
        Assert.Equal(new float[3], gradient);
    }

    [Fact]
    public void TheDefaultContextCannotBeDisposed()
    {
        LossContext.Default.Dispose();
        Assert.Same(LossContext.Default, LossContext.Default);
        Assert.Equal(4.0 / 3, Loss.Mse(X, T), Ulp.OfSum(Precision.Float32, 1, 1));
    }

    [Fact]
    public void DisposingDuringACallWaitsForIt()
    {
        var (x, t) = (new double[400_000], new double[400_000]);
        Array.Fill(x, 2);
        for (var round = 0; round < 50; round++)
        {
            var context = new LossContext(new LossContextOptions { MaxThreads = 1 + round % 3 });
            using var started = new ManualResetEventSlim();
            var failure = default(Exception);
            var caller = new Thread(() =>
            {
                try
                {
                    while (true)
                    {
                        var loss = Loss.Mse(x, t, context: context);
                        started.Set();
                        Assert.Equal(4, loss);
                    }
                }
                catch (Exception exception)
                {
                    failure = exception;
                    started.Set();
                }
            });
            caller.Start();
            started.Wait(TestContext.Current.CancellationToken);
            context.Dispose();
            caller.Join();
            Assert.IsType<ObjectDisposedException>(failure);
        }
    }
}
