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
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient, TKernel kernel, LossContext? context)
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
                var output = new Region(g, bytes);
                Overlap.Check(output, "gradient", new(x, bytes), "input", mayShare: true);
                Overlap.Check(output, "gradient", new(t, bytes), "target", mayShare: false);
            }

            return Invoke<T, TKernel>(&args, kernel, context);
        }
    }

    public static double Run<T, TKernel>(
        scoped in PointwiseArgs<T> buffers, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IPointwiseKernel
    {
        CheckLengths<T, TKernel>(buffers, kernel.Options);
        var strides = stackalloc long[PointwiseLayout.Operands * PointwiseLayout.Loops];
        fl_pointwise_args args = default;
        args.count = buffers._input.Length;
        args.batch = PointwiseLayout.Batch(buffers);
        var strided = PointwiseLayout.Plan(
            buffers, args.shape, new Span<long>(strides, PointwiseLayout.Operands * PointwiseLayout.Loops));
        args.input_strides = Strides(strides, strided, 0);
        args.target_strides = Strides(strides, strided, 1);
        args.gradient_strides = Strides(strides, strided, 2);
        args.target_gradient_strides = Strides(strides, strided, 3);
        args.weight_strides = Strides(strides, strided, 4);
        args.pos_weight_strides = Strides(strides, strided, 5);
        args.upstream_count = buffers._upstream.Length;

        fixed (T* x = buffers._input, t = buffers._target, w = buffers._weight, p = buffers._posWeight)
        fixed (T* u = buffers._upstream, l = buffers._losses, g = buffers._gradient, tg = buffers._targetGradient)
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
            return Invoke<T, TKernel>(&args, kernel, context);
        }
    }

    private static long* Strides(long* strides, uint strided, int operand) =>
        (strided >> operand & 1) == 0 ? null : strides + operand * PointwiseLayout.Loops;

    private static void CheckLengths<T, TKernel>(scoped in PointwiseArgs<T> buffers, LossOptions options)
        where T : unmanaged
        where TKernel : struct, IPointwiseKernel
    {
        var count = buffers._input.Length;
        Require.Length(buffers._target.Length, "target", count, "input");
        if (!TKernel.TakesWeight) Require.NotTaken(buffers._weight.Length, "weight");
        if (!TKernel.TakesPosWeight) Require.NotTaken(buffers._posWeight.Length, "posWeight");
        if (TKernel.TargetIsConstant) Require.NoTargetGradient(buffers._targetGradient.Length);
        Calls.CheckUpstream(buffers._upstream.Length, count, options);
        Require.Dense(buffers._upstream, "upstream");
        Require.LengthIfAny(buffers._losses.Length, "losses", count, "input");
        Require.Dense(buffers._losses.View, "losses");
        Require.LengthIfAny(buffers._gradient.Length, "gradient", count, "input");
        Require.LengthIfAny(buffers._targetGradient.Length, "targetGradient", count, "input");
    }

    private static void CheckOverlap<T>(scoped in PointwiseArgs<T> buffers, fl_pointwise_args* args)
        where T : unmanaged
    {
        ReadOnlySpan<Region> regions =
        [
            Region.Of((T*)args->input, buffers._input),
            Region.Of((T*)args->target, buffers._target),
            Region.Of((T*)args->weight, buffers._weight),
            Region.Of((T*)args->pos_weight, buffers._posWeight),
            Region.Of((T*)args->upstream, buffers._upstream),
            Region.Of((T*)args->losses, buffers._losses.View),
            Region.Of((T*)args->gradient, buffers._gradient.View),
            Region.Of((T*)args->target_gradient, buffers._targetGradient.View),
        ];
        Overlap.Check(
            regions,
            s_names,
            buffers._gradient.View.HasLayoutOf(buffers._input),
            buffers._targetGradient.View.HasLayoutOf(buffers._target));
    }

    private static double Invoke<T, TKernel>(fl_pointwise_args* args, TKernel kernel, LossContext? context)
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
        if (args->count == 0) args->input = args->target = &nothing; // pinned, an empty span is NULL, which is absent
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
