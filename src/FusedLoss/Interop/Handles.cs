using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FusedLoss.Interop;

/// <summary>Owns one <c>fl_context</c> and the runner that it calls; the only type that may destroy them.</summary>
internal sealed unsafe class ContextHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private GCHandle _runner;

    private ContextHandle()
        : base(ownsHandle: true)
    {
    }

    public fl_isa Isa
    {
        get
        {
            using var lease = new Lease(this);
            return NativeMethods.fl_context_isa(lease.Context);
        }
    }

    /// <summary>Nobody disposes it, so that counting its calls would be for nothing: two locked instructions.</summary>
    public bool IsImmortal { get; init; }

    /// <summary>The context, if nobody disposes it, else null: a call then needs no lease, and no try block, in which
    /// .NET would call native code by a detour.</summary>
    public fl_context* Immortal => IsImmortal ? (fl_context*)handle : null;

    public static ContextHandle Create(fl_isa isa, int maxThreads, bool immortal = false)
    {
        var owner = new ContextHandle { IsImmortal = immortal };
        fl_context_options options = default;
        options.struct_size = sizeof(fl_context_options);
        options.abi_version = NativeMethods.FL_ABI_VERSION;
        options.isa = isa;
        if (maxThreads > 1)
        {
            owner._runner = GCHandle.Alloc(new Runner(maxThreads));
            options.runner = &Runner.Callback;
            options.runner_state = (void*)GCHandle.ToIntPtr(owner._runner);
        }

        try
        {
            fl_context* context;
            Status.Check(NativeMethods.fl_context_create(&options, &context));
            owner.SetHandle((nint)context);
            return owner;
        }
        finally
        {
            if (owner.IsInvalid) owner.FreeRunner();
        }
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.fl_context_destroy((fl_context*)handle);
        FreeRunner();
        return true;
    }

    private void FreeRunner()
    {
        if (_runner.IsAllocated) _runner.Free();
    }

    /// <summary>Keeps the context alive for one native call, also against a concurrent Dispose.</summary>
    public readonly ref struct Lease
    {
        private readonly ContextHandle? _owner;

        public Lease(ContextHandle owner)
        {
            Context = (fl_context*)owner.handle;
            if (owner.IsImmortal) return;
            ObjectDisposedException.ThrowIf(owner.IsClosed, typeof(LossContext));
            var added = false;
            owner.DangerousAddRef(ref added);
            _owner = owner;
        }

        public fl_context* Context { get; }

        public void Dispose() => _owner?.DangerousRelease();
    }
}
