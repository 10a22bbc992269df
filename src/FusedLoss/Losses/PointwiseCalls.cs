using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Checks, pins and calls losses with one term per element.</summary>
internal static unsafe class PointwiseCalls
{
    /// <summary>Spans only, two inputs: nothing to lay out. Apart: where a caller's loop takes in all of it, a call
    /// takes longer.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double Run<T, TKernel>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IPointwiseKernel
    {
        if (context is CudaContext) return RunAsBuffers(input, target, gradient, kernel, context);
        Require.Length(target.Length, "target", input.Length, "input");
        Require.LengthIfAny(gradient.Length, "gradient", input.Length, "input");
        fixed (T* x = input, t = target, g = gradient)
        {
            fl_pointwise_args args = default;
            args.count = args.batch = input.Length;
            args.input = x;
            args.target = t;
            args.gradient = g;
            if (g != null)
            {
                var bytes = (long)input.Length * sizeof(T);
                var output = new Region(g, bytes);
                Overlap.Check(output, "gradient", new(x, bytes), "input", mayShare: true);
                Overlap.Check(output, "gradient", new(t, bytes), "target", mayShare: false);
            }

            return Invoke<T, TKernel>(&args, kernel, context, null);
        }
    }

    /// <summary>Apart, because the buffers take their time to be cleared.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double RunAsBuffers<T, TKernel>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient, TKernel kernel, LossContext context)
        where T : unmanaged
        where TKernel : struct, IPointwiseKernel
    {
        PointwiseBuffers<T> buffers = new() { Input = input, Target = target, Gradient = gradient };
        return Run(buffers, kernel, context);
    }

    public static double Run<T, TKernel>(scoped in PointwiseBuffers<T> buffers, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IPointwiseKernel
    {
        if (context is not CudaContext gpu) return Run(buffers, kernel, context, null);
        using var call = new CudaCall(gpu.Stream, ofHost: true);
        Run(buffers, kernel, null, call);
        return call.Finish(out _);
    }

    /// <summary>On buffers of a GPU.</summary>
    public static DeviceLoss Run<T, TKernel>(scoped in PointwiseBuffers<T> buffers, TKernel kernel, CudaStream stream)
        where T : unmanaged
        where TKernel : struct, IPointwiseKernel
    {
        using var call = new CudaCall(stream, ofHost: false);
        Run(buffers, kernel, null, call);
        return call.Result!;
    }

    private static double Run<T, TKernel>(
        scoped in PointwiseBuffers<T> buffers, TKernel kernel, LossContext? context, CudaCall? gpu)
        where T : unmanaged
        where TKernel : struct, IPointwiseKernel
    {
        CheckTraits<T, TKernel>(buffers);
        CheckLengths(buffers, TKernel.Names, kernel.Options);
        var strides = stackalloc long[PointwiseLayout.Room];
        fl_pointwise_args args = default;
        args.count = buffers.Input.Length;
        args.batch = PointwiseLayout.Batch(buffers);
        LayOut(buffers, TKernel.Traits, TKernel.Names, &args, strides);
        args.upstream_count = buffers.Upstream.Length;

        fixed (T* x = buffers.Input, t = buffers.Target, w = buffers.Weight, e = buffers.Extra)
        fixed (T* g = buffers.Gradient, tg = buffers.TargetGradient, eg = buffers.ExtraGradient)
        fixed (byte* u = buffers.Upstream, l = buffers.Losses)
        {
            args.input = x;
            args.target = t;
            args.weight = w;
            args.extra = e;
            args.upstream = u;
            args.losses = l;
            args.gradient = g;
            args.target_gradient = tg;
            args.extra_gradient = eg;
            CheckMemory(buffers, TKernel.Names.Regions, &args, gpu);
            return Invoke<T, TKernel>(&args, kernel, context, gpu);
        }
    }

    private static void LayOut<T>(
        scoped in PointwiseBuffers<T> buffers, PointwiseTraits traits, PointwiseNames names, fl_pointwise_args* args,
        long* strides)
        where T : unmanaged
    {
        var room = new Span<long>(strides, PointwiseLayout.Room);
        var strided = PointwiseLayout.Plan(buffers, traits, names, args->shape, room);
        args->input_strides = Strides(strides, strided, 0);
        args->target_strides = Strides(strides, strided, 1);
        args->gradient_strides = Strides(strides, strided, 2);
        args->target_gradient_strides = Strides(strides, strided, 3);
        args->extra_gradient_strides = Strides(strides, strided, 4);
        args->weight_strides = Strides(strides, strided, 5);
        args->extra_strides = Strides(strides, strided, 6);
    }

    private static long* Strides(long* strides, uint strided, int operand) =>
        (strided >> operand & 1) != 0 ? strides + operand * PointwiseLayout.Loops : null;

    private static void CheckTraits<T, TKernel>(scoped in PointwiseBuffers<T> buffers)
        where T : unmanaged
        where TKernel : struct, IPointwiseKernel
    {
        var (traits, names) = (TKernel.Traits, TKernel.Names);
        if ((traits & PointwiseTraits.Weight) == 0) Require.NotTaken(buffers.Weight.Length, "weight");
        if ((traits & PointwiseTraits.Extra) == 0) Require.NotTaken(buffers.Extra.Length, names.Extra);
        if ((traits & PointwiseTraits.ExtraGradient) == 0)
            Require.NotTaken(buffers.ExtraGradient.Length, names.ExtraGradient);
        if ((traits & PointwiseTraits.TargetIsConstant) != 0) Require.NoTargetGradient(buffers.TargetGradient.Length);
        if ((traits & PointwiseTraits.ExtraIsNeeded) == 0) return;
        if (buffers.Extra.IsEmpty && !buffers.Input.IsEmpty)
            throw new ArgumentException($"{names.Extra} must be given.", names.Extra);
        if ((traits & PointwiseTraits.ExtraBroadcasts) == 0)
            Require.Length(buffers.Extra.Length, names.Extra, buffers.Input.Length, names.Input);
    }

    private static void CheckLengths<T>(
        scoped in PointwiseBuffers<T> buffers, PointwiseNames names, LossOptions options)
        where T : unmanaged
    {
        var count = buffers.Input.Length;
        Require.Length(buffers.Target.Length, "target", count, names.Input);
        Calls.CheckUpstream(buffers.Upstream.Length, count, options);
        Calls.CheckTerms<T>(buffers.Upstream, "upstream", names.Input);
        Require.LengthIfAny(buffers.Losses.Length, "losses", count, names.Input);
        Calls.CheckTerms<T>(buffers.Losses.Terms, "losses", names.Input);
        Require.LengthIfAny(buffers.Gradient.Length, names.Gradient, count, names.Input);
        Require.LengthIfAny(buffers.TargetGradient.Length, "targetGradient", count, names.Input);
        Require.LengthIfAny(buffers.ExtraGradient.Length, names.ExtraGradient, count, names.Input);
    }

    private static void CheckMemory<T>(
        scoped in PointwiseBuffers<T> buffers, ReadOnlySpan<string> names, fl_pointwise_args* args, CudaCall? gpu)
        where T : unmanaged
    {
        ReadOnlySpan<Region> regions =
        [
            Region.Of((T*)args->input, buffers.Input),
            Region.Of((T*)args->target, buffers.Target),
            Region.Of((T*)args->extra, buffers.Extra),
            Region.Of((T*)args->weight, buffers.Weight),
            Region.Of(args->upstream, buffers.Upstream),
            Region.Of(args->losses, buffers.Losses.Terms),
            Region.Of((T*)args->gradient, buffers.Gradient.View),
            Region.Of((T*)args->target_gradient, buffers.TargetGradient.View),
            Region.Of((T*)args->extra_gradient, buffers.ExtraGradient.View),
        ];
        ReadOnlySpan<int> partners =
        [
            Overlap.Alone,
            buffers.Gradient.View.HasLayoutOf(buffers.Input) ? 0 : Overlap.Alone,
            buffers.TargetGradient.View.HasLayoutOf(buffers.Target) ? 1 : Overlap.Alone,
            buffers.ExtraGradient.View.HasLayoutOf(buffers.Extra) ? 2 : Overlap.Alone,
        ];
        Overlap.Check(regions, names, partners, gpu);
    }

    private static double Invoke<T, TKernel>(
        fl_pointwise_args* args, TKernel kernel, LossContext? context, CudaCall? gpu)
        where T : unmanaged
        where TKernel : struct, IPointwiseKernel
    {
        var options = kernel.Options;
        Calls.Check(options);
        double upstream, nothing;
        args->struct_size = sizeof(fl_pointwise_args);
        args->dtype = Calls.Dtype<T>();
        args->reduction = (fl_reduction)options.Reduction;
        args->denominator = options.Denominator;
        args->flags = Calls.Flags(options);
        if (args->count == 0) StandIn(args, TKernel.Traits, &nothing);
        if (gpu is not null) return LaunchOn<T, TKernel>(gpu, args, kernel);

        if (options.Upstream != 1)
        {
            Calls.Store(Calls.TermType<T>(), options.Upstream, &upstream);
            args->upstream = &upstream;
            args->upstream_count = 1;
        }

        var owner = (context ?? LossContext.Default).Handle;
        var immortal = owner.Immortal;
        Status.Check(immortal != null
            ? kernel.Invoke(new Machine(immortal), args) : InvokeLeased(owner, args, kernel));
        return args->loss;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static fl_status InvokeLeased<TKernel>(ContextHandle owner, fl_pointwise_args* args, TKernel kernel)
        where TKernel : struct, IPointwiseKernel
    {
        using var lease = new ContextHandle.Lease(owner);
        return kernel.Invoke(new Machine(lease.Context), args);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double LaunchOn<T, TKernel>(CudaCall gpu, fl_pointwise_args* args, TKernel kernel)
        where T : unmanaged
        where TKernel : struct, IPointwiseKernel
    {
        gpu.Launch(new Launch<TKernel>(args, kernel), Calls.TermType<T>(), kernel.Options.Upstream);
        return double.NaN;
    }

    /// <summary>An empty span is NULL once pinned, which means absent.</summary>
    private static void StandIn(fl_pointwise_args* args, PointwiseTraits traits, void* nothing)
    {
        args->input = args->target = nothing;
        if ((traits & PointwiseTraits.ExtraIsNeeded) != 0) args->extra = nothing;
    }

    private readonly struct Launch<TKernel>(fl_pointwise_args* args, TKernel kernel) : ICudaLaunch
        where TKernel : struct, IPointwiseKernel
    {
        public long WorkspaceBytes => CudaMethods.fl_cuda_pointwise_workspace(args);

        public void Move(CudaCopies copies)
        {
            args->input = copies.Of(args->input);
            args->target = copies.Of(args->target);
            args->weight = copies.Of(args->weight);
            args->extra = copies.Of(args->extra);
            args->upstream = copies.Of(args->upstream);
            args->losses = copies.Of(args->losses);
            args->gradient = copies.Of(args->gradient);
            args->target_gradient = copies.Of(args->target_gradient);
            args->extra_gradient = copies.Of(args->extra_gradient);
        }

        public void ScaleBy(void* upstream)
        {
            args->upstream = upstream;
            args->upstream_count = 1;
        }

        public fl_status Run(Machine gpu) => kernel.Invoke(gpu, args);
    }
}
