using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Checks, pins and calls losses over classes.</summary>
internal static unsafe class ClassCalls
{
    private static readonly string[] s_names =
        ["logits", "labels", "probabilities", "classWeights", "upstream", "losses", "gradient", "targetGradient"];

    /// <summary>Spans only: N rows of C logits.</summary>
    public static double Run<T, TKernel>(
        ReadOnlySpan<T> logits, Labels labels, Span<T> gradient, LossOptions options, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        if (labels.Type == 0) ThrowNoTarget("labels");
        var shape = ClassLayout.OfSpans(logits.Length, labels.Length);
        Require.LengthIfAny(gradient.Length, "gradient", logits.Length, "logits");
        fixed (T* x = logits, g = gradient)
        fixed (byte* y = labels)
        {
            fl_row_args args = default;
            args.input = x;
            args.labels = y;
            args.gradient = g;
            if (g != null)
            {
                var bytes = (long)logits.Length * sizeof(T);
                Overlap.Check(new(g, bytes), "gradient", new(x, bytes), "logits", mayShare: true);
                Overlap.Check(new(g, bytes), "gradient", new(y, labels.Length * labels.ElementSize), "labels", mayShare: false);
            }

            return Invoke<T, TKernel>(&args, shape, labels.Type, options, kernel, context);
        }
    }

    public static double Run<T, TKernel>(
        scoped in ClassArgs<T> buffers, LossOptions options, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        CheckTarget<T, TKernel>(buffers);
        var shape = ClassLayout.Infer(buffers);
        CheckLengths(buffers, shape, options);
        fl_row_args args = default;
        (args.input_outer_stride, args.input_class_stride) = ClassLayout.Strides(buffers.Logits, "logits", shape);
        (args.gradient_outer_stride, args.gradient_class_stride) =
            ClassLayout.Strides(buffers.Gradient.View, "gradient", shape);
        args.upstream_count = buffers.Upstream.Length;

        fixed (byte* y = buffers.Labels)
        fixed (T* x = buffers.Logits, p = buffers.Probabilities, w = buffers.ClassWeights, u = buffers.Upstream)
        fixed (T* l = buffers.Losses, g = buffers.Gradient, tg = buffers.TargetGradient)
        {
            args.input = x;
            args.labels = y;
            args.probabilities = p;
            args.class_weight = w;
            args.upstream = u;
            args.losses = l;
            args.gradient = g;
            args.target_gradient = tg;
            CheckOverlap(buffers, &args);
            return Invoke<T, TKernel>(&args, shape, buffers.Labels.Type, options, kernel, context);
        }
    }

    private static void CheckTarget<T, TKernel>(scoped in ClassArgs<T> buffers)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        if (!TKernel.TakesProbabilities)
        {
            Require.NotTaken(buffers.Probabilities.Length, "probabilities");
            Require.NotTaken(buffers.TargetGradient.Length, "targetGradient");
        }

        if (buffers.Labels.Type == 0 && buffers.Probabilities.IsEmpty && !buffers.Logits.IsEmpty)
            ThrowNoTarget(TKernel.TakesProbabilities ? "labels or probabilities" : "labels");
        if (buffers.Labels.Type == 0) return;
        if (!buffers.Probabilities.IsEmpty)
            throw new ArgumentException("labels and probabilities are both given, but they exclude each other.", "probabilities");
        if (!buffers.TargetGradient.IsEmpty)
            throw new ArgumentException("targetGradient needs probabilities, but labels are given.", "targetGradient");
    }

    private static void CheckLengths<T>(scoped in ClassArgs<T> buffers, ClassShape shape, LossOptions options)
        where T : unmanaged
    {
        var (rows, count) = (shape.Outer * shape.Inner, buffers.Logits.Length);
        if (buffers.Labels.Type != 0) RequireRows(buffers.Labels.Length, "labels", rows);
        Like(buffers.Probabilities, "probabilities", buffers.Logits);
        Require.Dense(buffers.Probabilities, "probabilities");
        if (!buffers.ClassWeights.IsEmpty && buffers.ClassWeights.Length != shape.Classes)
        {
            throw new ArgumentException(
                $"classWeights has {buffers.ClassWeights.Length} elements but logits has {shape.Classes} classes.", "classWeights");
        }

        Require.Dense(buffers.ClassWeights, "classWeights");
        Calls.CheckUpstream(buffers.Upstream.Length, rows, options);
        Require.Dense(buffers.Upstream, "upstream");
        if (!buffers.Losses.IsEmpty) RequireRows(buffers.Losses.Length, "losses", rows);
        Require.Dense(buffers.Losses.View, "losses");
        Like(buffers.Gradient.View, "gradient", buffers.Logits);
        Like(buffers.TargetGradient.View, "targetGradient", buffers.Logits);
        Require.Dense(buffers.TargetGradient.View, "targetGradient");
    }

    private static void RequireRows(long length, string name, long rows)
    {
        if (length != rows) throw new ArgumentException($"{name} has {length} elements but logits has {rows} rows.", name);
    }

    private static void Like<T>(scoped in InputView<T> view, string name, scoped in InputView<T> logits)
        where T : unmanaged
    {
        Require.LengthIfAny(view.Length, name, logits.Length, "logits");
        if (view.Lengths.IsEmpty || logits.Lengths.IsEmpty || view.Lengths.SequenceEqual(logits.Lengths)) return;
        throw new ArgumentException(
            $"{name} has shape {Require.Text(view.Lengths)} but logits has shape {Require.Text(logits.Lengths)}.", name);
    }

    private static void CheckOverlap<T>(scoped in ClassArgs<T> buffers, fl_row_args* args)
        where T : unmanaged
    {
        ReadOnlySpan<Region> regions =
        [
            Region.Of((T*)args->input, buffers.Logits),
            new(args->labels, buffers.Labels.Length * buffers.Labels.ElementSize),
            Region.Of((T*)args->probabilities, buffers.Probabilities),
            Region.Of((T*)args->class_weight, buffers.ClassWeights),
            Region.Of((T*)args->upstream, buffers.Upstream),
            Region.Of((T*)args->losses, buffers.Losses.View),
            Region.Of((T*)args->gradient, buffers.Gradient.View),
            Region.Of((T*)args->target_gradient, buffers.TargetGradient.View),
        ];
        Overlap.Check(regions, s_names, buffers.Gradient.View.HasLayoutOf(buffers.Logits), targetInPlace: false);
    }

    private static double Invoke<T, TKernel>(
        fl_row_args* args, ClassShape shape, fl_label_type labelType, LossOptions options, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        Calls.Check(options);
        double upstream, nothing;
        args->struct_size = sizeof(fl_row_args);
        args->dtype = Calls.Dtype<T>();
        (args->outer, args->classes, args->inner) = (shape.Outer, shape.Classes, shape.Inner);
        args->label_type = labelType;
        args->reduction = (fl_reduction)options.Reduction;
        args->denominator = options.Denominator;
        args->flags = Calls.Flags(options);
        if (shape.Outer * shape.Inner == 0) StandIn(args, &nothing);
        if (options.Upstream != 1)
        {
            Calls.Store(args->dtype, options.Upstream, &upstream);
            args->upstream = &upstream;
            args->upstream_count = 1;
        }

        using var lease = new ContextHandle.Lease((context ?? LossContext.Default).Handle);
        var status = kernel.Invoke(lease.Context, args);
        if (status == fl_status.FL_ERROR_LABEL_RANGE) ThrowLabelRange(args);
        Status.Check(status);
        return args->loss;
    }

    /// <summary>An empty span is NULL once pinned, which means absent.</summary>
    private static void StandIn(fl_row_args* args, void* nothing)
    {
        args->input = nothing;
        if (args->label_type != 0) args->labels = nothing;
        else args->probabilities = nothing;
    }

    private static void ThrowLabelRange(fl_row_args* args)
    {
        var row = args->bad_index;
        var label = args->label_type == fl_label_type.FL_INT32 ? ((int*)args->labels)[row] : ((long*)args->labels)[row];
        Status.ThrowLabelRange(row, label, args->classes);
    }

    private static void ThrowNoTarget(string what) => throw new ArgumentException($"{what} must be given.", "labels");
}
