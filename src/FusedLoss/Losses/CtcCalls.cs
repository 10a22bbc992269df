using System.Buffers;
using System.Runtime.InteropServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Checks, pins and calls the CTC loss.</summary>
internal static unsafe class CtcCalls
{
    /// <summary>What native code wants its scratch memory aligned to.</summary>
    private const int Alignment = 64;

    /// <summary>Scratch memory up to this many bytes is rented; what needs more runs so long that the system may as
    /// well hand the memory out anew.</summary>
    private const long MostRented = 64 << 20;

    private static readonly string[] s_ofLogits = Regions("logits"), s_ofLogs = Regions("logProbabilities");

    public static double Run<T>(scoped in CtcBuffers<T> buffers, CtcOptions? options, LossContext? context)
        where T : unmanaged
    {
        if (context is not CudaContext gpu) return Run(buffers, options, context, null);
        using var call = new CudaCall(gpu.Stream, ofHost: true);
        Run(buffers, options, null, call);
        return call.Finish(out _);
    }

    /// <summary>On buffers of a GPU.</summary>
    public static DeviceLoss Run<T>(scoped in CtcBuffers<T> buffers, CtcOptions? options, CudaStream stream)
        where T : unmanaged
    {
        using var call = new CudaCall(stream, ofHost: false);
        Run(buffers, options, null, call);
        return call.Result!;
    }

    private static double Run<T>(
        scoped in CtcBuffers<T> buffers, CtcOptions? given, LossContext? context, CudaCall? gpu)
        where T : unmanaged
    {
        var options = given ?? CtcOptions.Default;
        ref readonly var input = ref CtcShapes.Input(in buffers, out var name);
        var shape = CtcShapes.Infer(input, buffers.Shape, buffers.Layout, name);
        var from = CtcShapes.Strides(input, shape, buffers.Layout, name);
        var to = CtcShapes.Output(buffers.Gradient, shape, buffers.Layout, "gradient");
        fl_ctc_args args = default;
        args.target_stride = CheckLengths(buffers, shape, name);
        CheckTerms(buffers, shape, options, name);
        CheckOptions(options, shape, name, input.IsEmpty);
        Fill(&args, buffers, shape, options);
        (args.input_time_stride, args.input_batch_stride) = (from.Time, from.Batch);
        (args.gradient_time_stride, args.gradient_batch_stride) = (to.Time, to.Batch);

        fixed (T* x = input, g = buffers.Gradient)
        fixed (byte* y = buffers.Targets, frames = buffers.InputLengths, lengths = buffers.TargetLengths)
        fixed (byte* u = buffers.Upstream, l = buffers.Losses)
        {
            args.input = x;
            args.targets = y;
            args.input_lengths = frames;
            args.target_lengths = lengths;
            args.upstream = u;
            args.losses = l;
            args.gradient = g;
            CheckMemory(buffers, &args, shape, name, gpu);
            if (gpu is not null) gpu.Blame = CtcChecks.BlameLabels(name, shape.C);
            var status = Invoke<T>(&args, options, context, name, gpu);
            if (status == fl_status.FL_ERROR_LABEL_RANGE)
            {
                CtcChecks.ThrowLabel(
                    buffers.Targets, args.bad_index, args.target_stride, buffers.TargetLengths, options.Blank, shape,
                    name);
            }

            Status.Check(status);
            return args.loss;
        }
    }

    /// <summary>All lengths; where each sample's labels lie.</summary>
    public static long CheckLengths<T>(scoped in CtcBuffers<T> buffers, CtcShape shape, string input)
        where T : unmanaged
    {
        if (buffers.TargetLengths.Type == 0 && shape.N > 0)
            throw new ArgumentException("targetLengths must be given.", "targetLengths");
        CtcChecks.Lengths(buffers.TargetLengths, "targetLengths", default, shape, input);
        CtcChecks.Lengths(buffers.InputLengths, "inputLengths", buffers.TargetLengths, shape, input);
        CtcChecks.Stride(buffers.TargetStride, buffers.Targets.Length, shape.N);
        if (!buffers.InputLengths.IsOnDevice) CtcChecks.Frames(buffers.InputLengths, shape, input);
        if (buffers.TargetLengths.IsOnDevice) return buffers.TargetStride;
        return CtcChecks.Stride(
            buffers.Targets.Length, "targets", buffers.TargetLengths, "targetLengths", buffers.TargetStride);
    }

    private static void CheckTerms<T>(
        scoped in CtcBuffers<T> buffers, CtcShape shape, LossOptions options, string input)
        where T : unmanaged
    {
        Calls.CheckUpstream(buffers.Upstream.Length, shape.N, options);
        Calls.CheckTerms<T>(buffers.Upstream, "upstream", input);
        Calls.CheckTerms<T>(buffers.Losses.Terms, "losses", input);
        if (buffers.Losses.IsEmpty || buffers.Losses.Length == shape.N) return;
        throw new ArgumentException(
            $"losses has {buffers.Losses.Length} elements but {input} has {shape.N} samples.", "losses");
    }

    private static void CheckOptions(CtcOptions options, CtcShape shape, string input, bool isEmpty)
    {
        Calls.Check(options);
        Require.Blank(options.Blank, shape.C, input);
        if (!options.TrueGradient || isEmpty || input != "logits") return;
        Require.ThrowOption(
            nameof(options.TrueGradient), true, "False with logits, whose gradient is the true one anyway");
    }

    private static void Fill<T>(
        fl_ctc_args* args, scoped in CtcBuffers<T> buffers, CtcShape shape, CtcOptions options)
        where T : unmanaged
    {
        args->struct_size = sizeof(fl_ctc_args);
        args->dtype = Calls.Dtype<T>();
        (args->times, args->batch, args->classes) = (shape.T, shape.N, shape.C);
        args->target_count = buffers.Targets.Length;
        args->target_type = buffers.Targets.Type;
        args->length_type = buffers.TargetLengths.Type;
        args->upstream_count = buffers.Upstream.Length;
        args->reduction = (fl_reduction)options.Reduction;
        args->denominator = options.Denominator;
        args->flags = Calls.Flags(options);
    }

    private static void CheckMemory<T>(
        scoped in CtcBuffers<T> buffers, fl_ctc_args* args, CtcShape shape, string input, CudaCall? gpu)
        where T : unmanaged
    {
        var from = new CtcStrides(args->input_time_stride, args->input_batch_stride);
        var to = new CtcStrides(args->gradient_time_stride, args->gradient_batch_stride);
        ReadOnlySpan<Region> regions =
        [
            new(args->input, from.Extent(shape) * sizeof(T), CtcShapes.Input(in buffers, out _).IsOnDevice),
            Region.Of(args->targets, buffers.Targets),
            Region.Of(args->input_lengths, buffers.InputLengths),
            Region.Of(args->target_lengths, buffers.TargetLengths),
            Region.Of(args->upstream, buffers.Upstream),
            Region.Of(args->losses, buffers.Losses.Terms),
            new(
                args->gradient, args->gradient == null ? 0 : to.Extent(shape) * sizeof(T),
                buffers.Gradient.View.IsOnDevice),
        ];
        var names = input == s_ofLogs[0] ? s_ofLogs : s_ofLogits;
        Overlap.Check(regions, names, [Overlap.Alone, from == to ? 0 : Overlap.Alone], gpu);
    }

    private static string[] Regions(string input) =>
        [input, "targets", "inputLengths", "targetLengths", "upstream", "losses", "gradient"];

    private static fl_status Invoke<T>(
        fl_ctc_args* args, CtcOptions options, LossContext? context, string input, CudaCall? gpu)
        where T : unmanaged
    {
        var ofLogs = input != "logits";
        fl_ctc_params hyper = new()
        {
            blank = options.Blank,
            zero_infinity = options.ZeroInfinity ? 1 : 0,
            log_probabilities = ofLogs ? 1 : 0,
            true_gradient = ofLogs && options.TrueGradient ? 1 : 0,
        };
        if (gpu is not null)
        {
            gpu.Launch(new Launch(args, hyper), Calls.TermType<T>(), options.Upstream);
            return fl_status.FL_OK;
        }

        double upstream;
        if (options.Upstream != 1)
        {
            Calls.Store(Calls.TermType<T>(), options.Upstream, &upstream);
            args->upstream = &upstream;
            args->upstream_count = 1;
        }

        using var lease = new ContextHandle.Lease((context ?? LossContext.Default).Handle);
        return InvokeWithWorkspace(lease.Context, args, &hyper);
    }

    private static fl_status InvokeWithWorkspace(fl_context* context, fl_ctc_args* args, fl_ctc_params* hyper)
    {
        // -1 for arguments that the call itself refuses, with a status that says why.
        var bytes = Math.Max(NativeMethods.fl_ctc_workspace(args), 0);
        args->workspace_bytes = bytes;
        if (bytes > MostRented)
        {
            args->workspace = NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
            try
            {
                return NativeMethods.fl_ctc(context, args, hyper);
            }
            finally
            {
                NativeMemory.AlignedFree(args->workspace);
            }
        }

        var rented = ArrayPool<byte>.Shared.Rent((int)bytes + Alignment - 1);
        try
        {
            fixed (byte* memory = rented)
            {
                args->workspace = (void*)(((nuint)memory + Alignment - 1) & ~(nuint)(Alignment - 1));
                return NativeMethods.fl_ctc(context, args, hyper);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private readonly struct Launch(fl_ctc_args* args, fl_ctc_params hyper) : ICudaLaunch
    {
        public long WorkspaceBytes => CudaMethods.fl_cuda_ctc_workspace(args);

        public void Move(CudaCopies copies)
        {
            args->input = copies.Of(args->input);
            args->targets = copies.Of(args->targets);
            args->input_lengths = copies.Of(args->input_lengths);
            args->target_lengths = copies.Of(args->target_lengths);
            args->upstream = copies.Of(args->upstream);
            args->losses = copies.Of(args->losses);
            args->gradient = copies.Of(args->gradient);
        }

        public void ScaleBy(void* upstream)
        {
            args->upstream = upstream;
            args->upstream_count = 1;
        }

        public fl_status Run(Machine gpu)
        {
            var parameters = hyper;
            return (fl_status)CudaMethods.fl_cuda_ctc(args, &parameters, gpu.Call, gpu.Stream);
        }
    }
}
