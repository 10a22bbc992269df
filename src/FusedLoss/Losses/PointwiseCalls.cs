using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Checks, pins and calls losses with one term per element.</summary>
internal static unsafe class PointwiseCalls
{
    private static readonly string[] s_names =
        ["input", "target", "weight", "posWeight", "upstream", "losses", "gradient", "targetGradient"];

    /// <summary>Spans only: nothing to lay out.</summary>
    public static double Run<T, TKernel>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient, LossOptions options, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IPointwiseKernel
    {
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
                Overlap.Check(new(g, bytes), "gradient", new(x, bytes), "input", mayShare: true);
                Overlap.Check(new(g, bytes), "gradient", new(t, bytes), "target", mayShare: false);
            }

            return Invoke<T, TKernel>(&args, options, kernel, context);
        }
    }

    public static double Run<T, TKernel>(
        scoped in PointwiseArgs<T> buffers, LossOptions options, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IPointwiseKernel
    {
        CheckLengths<T, TKernel>(buffers, options);
        var strides = stackalloc long[PointwiseLayout.Operands * PointwiseLayout.Loops];
        fl_pointwise_args args = default;
        args.count = buffers.Input.Length;
        args.batch = PointwiseLayout.Batch(buffers);
        var strided = PointwiseLayout.Plan(
            buffers, args.shape, new Span<long>(strides, PointwiseLayout.Operands * PointwiseLayout.Loops));
        args.input_strides = Strides(strides, strided, 0);
        args.target_strides = Strides(strides, strided, 1);
        args.gradient_strides = Strides(strides, strided, 2);
        args.target_gradient_strides = Strides(strides, strided, 3);
        args.weight_strides = Strides(strides, strided, 4);
        args.pos_weight_strides = Strides(strides, strided, 5);
        args.upstream_count = buffers.Upstream.Length;

        fixed (T* x = buffers.Input, t = buffers.Target, w = buffers.Weight, p = buffers.PosWeight, u = buffers.Upstream)
        fixed (T* l = buffers.Losses, g = buffers.Gradient, tg = buffers.TargetGradient)
        {
            args.input = x;
            args.target = t;
            args.weight = w;
            args.pos_weight = p;
            args.upstream = u;
            args.losses = l;
            args.gradient = g;
            args.target_gradient = tg;
            CheckOverlap(buffers, &args);
            return Invoke<T, TKernel>(&args, options, kernel, context);
        }
    }

    private static long* Strides(long* strides, uint strided, int operand) =>
        (strided >> operand & 1) == 0 ? null : strides + operand * PointwiseLayout.Loops;

    private static void CheckLengths<T, TKernel>(scoped in PointwiseArgs<T> buffers, LossOptions options)
        where T : unmanaged
        where TKernel : struct, IPointwiseKernel
    {
        var count = buffers.Input.Length;
        Require.Length(buffers.Target.Length, "target", count, "input");
        if (!TKernel.TakesWeight) Require.NotTaken(buffers.Weight.Length, "weight");
        if (!TKernel.TakesPosWeight) Require.NotTaken(buffers.PosWeight.Length, "posWeight");
        Calls.CheckUpstream(buffers.Upstream.Length, count, options);
        Require.Dense(buffers.Upstream, "upstream");
        Require.LengthIfAny(buffers.Losses.Length, "losses", count, "input");
        Require.Dense(buffers.Losses.View, "losses");
        Require.LengthIfAny(buffers.Gradient.Length, "gradient", count, "input");
        Require.LengthIfAny(buffers.TargetGradient.Length, "targetGradient", count, "input");
    }

    private static void CheckOverlap<T>(scoped in PointwiseArgs<T> buffers, fl_pointwise_args* args)
        where T : unmanaged
    {
        ReadOnlySpan<Region> regions =
        [
            Region.Of((T*)args->input, buffers.Input),
            Region.Of((T*)args->target, buffers.Target),
            Region.Of((T*)args->weight, buffers.Weight),
            Region.Of((T*)args->pos_weight, buffers.PosWeight),
            Region.Of((T*)args->upstream, buffers.Upstream),
            Region.Of((T*)args->losses, buffers.Losses.View),
            Region.Of((T*)args->gradient, buffers.Gradient.View),
            Region.Of((T*)args->target_gradient, buffers.TargetGradient.View),
        ];
        Overlap.Check(
            regions,
            s_names,
            buffers.Gradient.View.HasLayoutOf(buffers.Input),
            buffers.TargetGradient.View.HasLayoutOf(buffers.Target));
    }

    private static double Invoke<T, TKernel>(fl_pointwise_args* args, LossOptions options, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IPointwiseKernel
    {
        Calls.Check(options);
        double upstream, nothing;
        args->struct_size = sizeof(fl_pointwise_args);
        args->dtype = Calls.Dtype<T>();
        args->reduction = (fl_reduction)options.Reduction;
        args->denominator = options.Denominator;
        args->flags = Calls.Flags(options);
        if (args->count == 0) args->input = args->target = &nothing; // an empty span is NULL once pinned, which means absent
        if (options.Upstream != 1)
        {
            Calls.Store(args->dtype, options.Upstream, &upstream);
            args->upstream = &upstream;
            args->upstream_count = 1;
        }

        using var lease = new ContextHandle.Lease((context ?? LossContext.Default).Handle);
        Status.Check(kernel.Invoke(lease.Context, args));
        return args->loss;
    }
}
