using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FusedLoss.Interop;

/// <summary>Lends the .NET thread pool to native code, which owns no threads.</summary>
/// <remarks>
/// The calling thread always takes part and can do all the work alone, so a starved pool slows a call down but never
/// blocks it: a call only waits for helpers that already run. Helpers are a fixed set of reusable work items, shared by
/// all calls on the context, so that nothing is allocated per call and the pool's queue never holds more than
/// MaxThreads - 1 of them.
/// </remarks>
internal sealed unsafe class Runner
{
    private readonly Helper[] _helpers;

    public Runner(int maxThreads)
    {
        _helpers = new Helper[maxThreads - 1];
        for (var i = 0; i < _helpers.Length; i++) _helpers[i] = new Helper();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void Callback(
        void* runnerState, delegate* unmanaged[Cdecl]<void*, long, void> task, void* taskState, long count) =>
        Unsafe.As<Runner>(GCHandle.FromIntPtr((nint)runnerState).Target!).Run(task, taskState, count);

    private void Run(delegate* unmanaged[Cdecl]<void*, long, void> task, void* taskState, long count)
    {
        Job job;
        var wanted = (int)Math.Min(count - 1, _helpers.Length);
        try
        {
            job = Job.OfThisThread();
            job.Start(task, taskState, count, parts: wanted + 1);
        }
        catch (OutOfMemoryException)
        {
            // An exception must not cross the native frames above.
            for (var i = 0L; i < count; i++) task(taskState, i);
            return;
        }
        var (armed, end) = (0, 0);
        for (; end < _helpers.Length && armed < wanted; end++)
        {
            if (_helpers[end].TryArm(job)) armed++;
        }

        job.Work(share: 0);
        for (var i = 0; i < end; i++)
        {
            if (_helpers[i].TryRetract(job)) armed--;
        }

        job.WaitFor(armed);
    }

    /// <summary>A reusable item of the pool's queue.</summary>
    private sealed class Helper : IThreadPoolWorkItem
    {
        /// <summary>Still in the pool's queue, for a call that has ended.</summary>
        private static readonly Job s_retracted = new();

        private static readonly Job s_running = new();

        /// <summary>null: idle, in no queue. A job: queued for that job. Or one of the two above. The job itself is the
        /// state so that only its owner can retract it, whatever happened to the helper in between.</summary>
        private Job? _state;

        public bool TryArm(Job job)
        {
            if (Interlocked.CompareExchange(ref _state, job, s_retracted) == s_retracted) return true;
            if (Interlocked.CompareExchange(ref _state, job, null) != null) return false;
            try
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return true;
            }
            catch (OutOfMemoryException)
            {
                // Not queued after all.
                Volatile.Write(ref _state, null);
                return false;
            }
        }

        public bool TryRetract(Job job) => Interlocked.CompareExchange(ref _state, s_retracted, job) == job;

        void IThreadPoolWorkItem.Execute()
        {
            while (true)
            {
                var state = Volatile.Read(ref _state)!;
                var next = state == s_retracted ? null : s_running;
                if (Interlocked.CompareExchange(ref _state, next, state) != state) continue;
                if (next == null) return;
                state.Help();
                Volatile.Write(ref _state, null); // before Finish, so that the owner's next call finds the helper idle
                state.Finish();
                return;
            }
        }
    }

    /// <summary>Consecutive tasks: each thread begins with a share of its own, so that a call on the memory of the last
    /// one finds it in the same processor's cache. A line of memory each.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Share
    {
        public long Next, End;
    }

    /// <summary>One run of native tasks: every calling thread owns one and reuses it.</summary>
    private sealed class Job
    {
        [ThreadStatic]
        private static Job? t_job;

        private delegate* unmanaged[Cdecl]<void*, long, void> _task;
        private void* _taskState;
        private Share[] _shares = [];
        private int _parts;
        private int _taken;
        private int _finished;

        public static Job OfThisThread() => t_job ??= new Job();

        public void Start(
            delegate* unmanaged[Cdecl]<void*, long, void> task, void* taskState, long count, int parts)
        {
            if (_shares.Length < parts) _shares = new Share[parts];
            for (var i = 0; i < parts; i++)
            {
                _shares[i].Next = count / parts * i + Math.Min(i, count % parts);
                _shares[i].End = count / parts * (i + 1) + Math.Min(i + 1, count % parts);
            }
            _task = task;
            _taskState = taskState;
            _parts = parts;
            _taken = 1;
            _finished = 0;
        }

        public void Help() => Work(Interlocked.Increment(ref _taken) - 1);

        /// <summary>A share, and then what is left of the others.</summary>
        public void Work(int share)
        {
            var (task, taskState, parts) = ((nint)_task, (nint)_taskState, _parts);
            for (var i = 0; i < parts; i++)
            {
                ref var left = ref _shares[(share + i) % parts];
                while (Volatile.Read(ref left.Next) < left.End)
                {
                    var index = Interlocked.Increment(ref left.Next) - 1;
                    if (index >= left.End) break;
                    ((delegate* unmanaged[Cdecl]<void*, long, void>)task)((void*)taskState, index);
                }
            }
        }

        public void Finish() => Interlocked.Increment(ref _finished);

        /// <summary>Waits for helpers that run: they hold no lock and wait for nothing, so spinning ends.</summary>
        public void WaitFor(int helpers)
        {
            var spinner = default(SpinWait);
            while (Volatile.Read(ref _finished) != helpers) spinner.SpinOnce(sleep1Threshold: -1);
        }
    }
}
