namespace FusedLoss.Tests.Contract;

/// <summary>Many callers, few threads: same results, no deadlock, nothing allocated.</summary>
[Collection(Alone.Name)]
public class ThreadingTests
{
    private const int Callers = 64;

    [Fact]
    public void ManyCallersShareAContext()
    {
        using var context = new LossContext(new LossContextOptions { MaxThreads = 4 });
        var problem = new Problem(rows: 700, classes: 130);
        var expected = problem.Solve(context);
        var wrong = 0;
        var callers = Enumerable.Range(0, Callers).Select(_ => new Thread(() =>
        {
            for (var round = 0; round < 5; round++)
                if (!problem.Solve(context).SequenceEqual(expected)) Interlocked.Increment(ref wrong);
        })).ToArray();
        foreach (var caller in callers) caller.Start();
        foreach (var caller in callers) caller.Join();
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void CallersOnThePoolShareAContext()
    {
        using var context = new LossContext(new LossContextOptions { MaxThreads = 3 });
        var problem = new Problem(rows: 700, classes: 130);
        var expected = problem.Solve(context);
        var same = new bool[Callers];
        Parallel.For(0, Callers, i => same[i] = problem.Solve(context).SequenceEqual(expected));
        Assert.DoesNotContain(false, same);
    }

    [Fact]
    public void AStarvedPoolDoesNotBlockACall()
    {
        using var context = new LossContext(new LossContextOptions { MaxThreads = 4 });
        var problem = new Problem(rows: 700, classes: 130);
        var expected = problem.Solve(context);
        ThreadPool.GetMaxThreads(out var workers, out var ports);
        using var release = new ManualResetEventSlim();
        using var blocked = new CountdownEvent(4 * Environment.ProcessorCount + 16);
        try
        {
            Assert.True(ThreadPool.SetMaxThreads(Math.Max(4, Environment.ProcessorCount), ports));
            for (var i = 0; i < blocked.InitialCount; i++) ThreadPool.UnsafeQueueUserWorkItem(_ => Block(), null);
            float[]? result = null;
            var caller = new Thread(() => result = problem.Solve(context));
            caller.Start();
            var inTime = caller.Join(TimeSpan.FromSeconds(20));
            release.Set();
            Assert.True(inTime, "A call waited for the thread pool.");
            Assert.Equal(expected, result);
        }
        finally
        {
            release.Set();
            blocked.Wait(TestContext.Current.CancellationToken);
            ThreadPool.SetMaxThreads(workers, ports);
        }

        void Block()
        {
            release.Wait();
            blocked.Signal();
        }
    }

    [Fact]
    public void NothingIsAllocatedPerCall()
    {
        using var serial = new LossContext(new LossContextOptions { MaxThreads = 1 });
        using var parallel = new LossContext(new LossContextOptions { MaxThreads = 4 });
        foreach (var context in new[] { serial, parallel })
        {
            var problem = new Problem(rows: 2000, classes: 100);
            foreach (var call in problem.Calls(context)) Assert.Equal(0, AllocatedBy(call));
        }
    }

    // The first calls compile and create what a thread keeps.
    private static long AllocatedBy(Action call)
    {
        for (var i = 0; i < 40; i++) call();
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++) call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }

    private sealed class Problem
    {
        private static readonly CrossEntropyOptions Smoothed = new() { LabelSmoothing = 0.1 };
        private readonly ClassSample<float> _sample;
        private readonly float[] _gradient, _losses, _weights;
        private readonly Half[] _half, _halfGradient;
        private readonly ClassShape _shape;

        public Problem(int rows, int classes)
        {
            _shape = new(rows, classes);
            _sample = new ClassInputs().Sample<float>(_shape, seed: 3);
            _gradient = new float[_sample.Logits.Length];
            _losses = new float[rows];
            _half = Element.Convert<float, Half>(_sample.Logits);
            _halfGradient = new Half[_half.Length];
            _weights = new float[classes];
            Array.Fill(_weights, 0.5f);
        }

        public float[] Solve(LossContext context)
        {
            var gradient = new float[_sample.Logits.Length + 1];
            gradient[^1] = (float)Loss.CrossEntropy(_sample.Logits, _sample.Labels, gradient.AsSpan(..^1),
                context: context);
            return gradient;
        }

        public Action[] Calls(LossContext context) =>
        [
            () => Loss.CrossEntropy(_sample.Logits, _sample.Labels32, _gradient, context: context),
            () => Loss.CrossEntropy(_sample.Logits, _sample.Labels, _gradient, Smoothed, context),
            () => Loss.CrossEntropy<float>(
                new()
                {
                    Logits = _sample.Logits, Labels = _sample.Labels, ClassWeights = _weights, Gradient = _gradient,
                        Losses = _losses,
                },
                Smoothed, context),
            () => Loss.SoftmaxFocal(_sample.Logits, _sample.Labels32, _gradient, context: context),
            () => Loss.CrossEntropy(_half, _sample.Labels32, _halfGradient, context: context),
            () => Loss.BalancedCrossEntropy(_sample.Logits, _sample.Labels32, _gradient, context: context),
            () => Loss.Mse(_sample.Logits, _gradient, context: context),
            () => Loss.BceWithLogits<float>(
                new() { Input = _sample.Logits, Target = _sample.Logits, Weight = _weights, Gradient = _gradient },
                    null, context),
            () => Loss.SigmoidFocal(
                new System.Numerics.Tensors.ReadOnlyTensorSpan<float>(_sample.Logits,
                    [(nint)_shape.Outer, (nint)_shape.Classes]),
                _sample.Logits, _gradient, context: context),
        ];
    }
}
