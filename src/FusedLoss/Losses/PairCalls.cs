using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Checks, pins and calls losses over pairs or triples of vectors.</summary>
internal static unsafe class PairCalls
{
    public static double Run<T, TKernel>(scoped in PairBuffers<T> buffers, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IPairKernel
    {
        if (context is not CudaContext gpu) return Run(buffers, kernel, context, null);
        using var call = new CudaCall(gpu.Stream, ofHost: true);
        Run(buffers, kernel, null, call);
        return call.Finish(out _);
    }

    /// <summary>On buffers of a GPU.</summary>
    public static DeviceLoss Run<T, TKernel>(scoped in PairBuffers<T> buffers, TKernel kernel, CudaStream stream)
        where T : unmanaged
        where TKernel : struct, IPairKernel
    {
        using var call = new CudaCall(stream, ofHost: false);
        Run(buffers, kernel, null, call);
        return call.Result!;
    }

    private static double Run<T, TKernel>(
        scoped in PairBuffers<T> buffers, TKernel kernel, LossContext? context, CudaCall? gpu)
        where T : unmanaged
        where TKernel : struct, IPairKernel
    {
        var names = TKernel.Names;
        fl_pair_args args = default;
        (args.rows, args.dimensions) = PairLayout.Infer(buffers, names);
        CheckVectors(buffers, names, args.dimensions);
        CheckTerms(buffers, names, args.rows, kernel.Options);
        args.stride1 = PairLayout.Input(buffers.Input1, names.Inputs[0]);
        args.stride2 = PairLayout.Input(buffers.Input2, names.Inputs[1]);
        args.stride3 = PairLayout.Input(buffers.Input3, names.Inputs[2]);
        args.gradient_stride1 = PairLayout.Output(buffers.Gradient1, names.Gradients[0], args.dimensions);
        args.gradient_stride2 = PairLayout.Output(buffers.Gradient2, names.Gradients[1], args.dimensions);
        args.gradient_stride3 = PairLayout.Output(buffers.Gradient3, names.Gradients[2], args.dimensions);
        args.upstream_count = buffers.Upstream.Length;

        fixed (T* x1 = buffers.Input1, x2 = buffers.Input2, x3 = buffers.Input3)
        fixed (T* g1 = buffers.Gradient1, g2 = buffers.Gradient2, g3 = buffers.Gradient3)
        fixed (byte* t = buffers.Target, u = buffers.Upstream, l = buffers.Losses)
        {
            args.input1 = x1;
            args.input2 = x2;
            args.input3 = x3;
            args.gradient1 = g1;
            args.gradient2 = g2;
            args.gradient3 = g3;
            args.target = t;
            args.upstream = u;
            args.losses = l;
            CheckMemory(buffers, names, &args, gpu);
            return Invoke<T, TKernel>(&args, kernel, context, gpu);
        }
    }

    private static void CheckVectors<T>(scoped in PairBuffers<T> buffers, PairNames names, long dimensions)
        where T : unmanaged
    {
        ref readonly var first = ref buffers.Input1;
        var name = names.Inputs[0];
        Require.Length(buffers.Input2.Length, names.Inputs[1], first.Length, name);
        if (names == PairNames.Triplet) Require.Length(buffers.Input3.Length, names.Inputs[2], first.Length, name);
        PairLayout.CheckLike(buffers.Input2, names.Inputs[1], first, name, dimensions);
        PairLayout.CheckLike(buffers.Input3, names.Inputs[2], first, name, dimensions);
        PairLayout.CheckLike(buffers.Gradient1.View, names.Gradients[0], first, name, dimensions);
        PairLayout.CheckLike(buffers.Gradient2.View, names.Gradients[1], first, name, dimensions);
        PairLayout.CheckLike(buffers.Gradient3.View, names.Gradients[2], first, name, dimensions);
    }

    private static void CheckTerms<T>(
        scoped in PairBuffers<T> buffers, PairNames names, long rows, LossOptions options)
        where T : unmanaged
    {
        var first = names.Inputs[0];
        if (names == PairNames.Pair) CheckRows(buffers.Target.Length, "target", rows, first);
        Calls.CheckTerms<T>(buffers.Target, "target", first);
        Calls.CheckUpstream(buffers.Upstream.Length, rows, options);
        Calls.CheckTerms<T>(buffers.Upstream, "upstream", first);
        if (!buffers.Losses.IsEmpty) CheckRows(buffers.Losses.Length, "losses", rows, first);
        Calls.CheckTerms<T>(buffers.Losses.Terms, "losses", first);
    }

    private static void CheckRows(long length, string name, long rows, string first)
    {
        if (length != rows)
            throw new ArgumentException($"{name} has {length} elements but {first} has {rows} rows.", name);
    }

    private static void CheckMemory<T>(
        scoped in PairBuffers<T> buffers, PairNames names, fl_pair_args* args, CudaCall? gpu)
        where T : unmanaged
    {
        ReadOnlySpan<Region> regions =
        [
            Region.Of((T*)args->input1, buffers.Input1),
            Region.Of((T*)args->input2, buffers.Input2),
            Region.Of((T*)args->input3, buffers.Input3),
            Region.Of(args->target, buffers.Target),
            Region.Of(args->upstream, buffers.Upstream),
            Region.Of(args->losses, buffers.Losses.Terms),
            Region.Of((T*)args->gradient1, buffers.Gradient1.View),
            Region.Of((T*)args->gradient2, buffers.Gradient2.View),
            Region.Of((T*)args->gradient3, buffers.Gradient3.View),
        ];
        ReadOnlySpan<int> partners =
        [
            Overlap.Alone,
            buffers.Gradient1.View.HasLayoutOf(buffers.Input1) ? 0 : Overlap.Alone,
            buffers.Gradient2.View.HasLayoutOf(buffers.Input2) ? 1 : Overlap.Alone,
            buffers.Gradient3.View.HasLayoutOf(buffers.Input3) ? 2 : Overlap.Alone,
        ];
        Overlap.Check(regions, names.Regions, partners, gpu);
    }

    private static double Invoke<T, TKernel>(
        fl_pair_args* args, TKernel kernel, LossContext? context, CudaCall? gpu)
        where T : unmanaged
        where TKernel : struct, IPairKernel
    {
        var options = kernel.Options;
        Calls.Check(options);
        double upstream, nothing;
        args->struct_size = sizeof(fl_pair_args);
        args->dtype = Calls.Dtype<T>();
        args->reduction = (fl_reduction)options.Reduction;
        args->denominator = options.Denominator;
        args->flags = Calls.Flags(options);
        StandIn(args, TKernel.Names, &nothing);
        if (gpu is not null)
        {
            gpu.Launch(new Launch<TKernel>(args, kernel), Calls.TermType<T>(), options.Upstream);
            return double.NaN;
        }

        if (options.Upstream != 1)
        {
            Calls.Store(Calls.TermType<T>(), options.Upstream, &upstream);
            args->upstream = &upstream;
            args->upstream_count = 1;
        }

        using var lease = new ContextHandle.Lease((context ?? LossContext.Default).Handle);
        Status.Check(kernel.Invoke(new Machine(lease.Context), args));
        return args->loss;
    }

    /// <summary>An empty span is NULL once pinned, which means absent.</summary>
    private static void StandIn(fl_pair_args* args, PairNames names, void* nothing)
    {
        if (args->rows == 0 && names == PairNames.Pair) args->target = nothing;
        if (args->rows != 0 && args->dimensions != 0) return;
        args->input1 = args->input2 = nothing;
        if (names == PairNames.Triplet) args->input3 = nothing;
    }

    private readonly struct Launch<TKernel>(fl_pair_args* args, TKernel kernel) : ICudaLaunch
        where TKernel : struct, IPairKernel
    {
        public long WorkspaceBytes => CudaMethods.fl_cuda_pair_workspace(args);

        public void Move(CudaCopies copies)
        {
            args->input1 = copies.Of(args->input1);
            args->input2 = copies.Of(args->input2);
            args->input3 = copies.Of(args->input3);
            args->target = copies.Of(args->target);
            args->upstream = copies.Of(args->upstream);
            args->losses = copies.Of(args->losses);
            args->gradient1 = copies.Of(args->gradient1);
            args->gradient2 = copies.Of(args->gradient2);
            args->gradient3 = copies.Of(args->gradient3);
        }

        public void ScaleBy(void* upstream)
        {
            args->upstream = upstream;
            args->upstream_count = 1;
        }

        public fl_status Run(Machine gpu) => kernel.Invoke(gpu, args);
    }
}
