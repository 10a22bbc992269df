using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Checks, pins and calls losses over classes.</summary>
internal static unsafe class ClassCalls
{
    private static readonly string[] s_names =
        ["logits", "labels", "probabilities", "classWeights", "upstream", "losses", "gradient", "targetGradient"];

    /// <summary>Spans only: N rows of C logits.</summary>
    public static double Run<T, TKernel>(
        ReadOnlySpan<T> logits, Labels labels, Span<T> gradient, TKernel kernel, LossContext? context)
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
                var output = new Region(g, (long)logits.Length * sizeof(T));
                Overlap.Check(output, "gradient", new(x, (long)logits.Length * sizeof(T)), "logits", mayShare: true);
                Overlap.Check(output, "gradient", Region.Of(y, labels), "labels", mayShare: false);
            }

            return Invoke<T, TKernel>(&args, shape, labels.Type, kernel, context);
        }
    }

    public static double Run<T, TKernel>(
        scoped in ClassArgs<T> buffers, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        CheckTarget<T, TKernel>(buffers);
        var shape = ClassLayout.Infer(buffers);
        CheckLengths(buffers, shape, kernel.Options);
        fl_row_args args = default;
        (args.input_outer_stride, args.input_class_stride) = ClassLayout.Input(buffers._logits, "logits", shape);
        (args.gradient_outer_stride, args.gradient_class_stride) =
            ClassLayout.Output(buffers._gradient, "gradient", shape);
        args.upstream_count = buffers._upstream.Length;

        fixed (byte* y = buffers._labels)
        fixed (T* x = buffers._logits, p = buffers._probabilities, w = buffers._classWeights, u = buffers._upstream)
        fixed (T* l = buffers._losses, g = buffers._gradient, tg = buffers._targetGradient)
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
            return Invoke<T, TKernel>(&args, shape, buffers._labels.Type, kernel, context);
        }
    }

    private static void CheckTarget<T, TKernel>(scoped in ClassArgs<T> buffers)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        if (!TKernel.TakesProbabilities)
        {
            Require.NotTaken(buffers._probabilities.Length, "probabilities");
            Require.NotTaken(buffers._targetGradient.Length, "targetGradient");
        }

        if (buffers._labels.Type == 0 && buffers._probabilities.IsEmpty && !buffers._logits.IsEmpty)
            ThrowNoTarget(TKernel.TakesProbabilities ? "labels or probabilities" : "labels");
        if (buffers._labels.Type == 0) return;
        if (!buffers._probabilities.IsEmpty)
        {
            throw new ArgumentException(
                "labels and probabilities are both given, but they exclude each other.", "probabilities");
        }

        if (!buffers._targetGradient.IsEmpty)
            throw new ArgumentException("targetGradient needs probabilities, but labels are given.", "targetGradient");
    }

    private static void CheckLengths<T>(scoped in ClassArgs<T> buffers, ClassShape shape, LossOptions options)
        where T : unmanaged
    {
        var (rows, count) = (shape.Outer * shape.Inner, buffers._logits.Length);
        if (buffers._labels.Type != 0) RequireRows(buffers._labels.Length, "labels", rows);
        Like(buffers._probabilities, "probabilities", buffers._logits);
        Require.Dense(buffers._probabilities, "probabilities");
        if (!buffers._classWeights.IsEmpty && buffers._classWeights.Length != shape.Classes)
        {
            throw new ArgumentException(
                $"classWeights has {buffers._classWeights.Length} elements but logits has {shape.Classes} classes.",
                "classWeights");
        }

        Require.Dense(buffers._classWeights, "classWeights");
        Calls.CheckUpstream(buffers._upstream.Length, rows, options);
        Require.Dense(buffers._upstream, "upstream");
        if (!buffers._losses.IsEmpty) RequireRows(buffers._losses.Length, "losses", rows);
        Require.Dense(buffers._losses.View, "losses");
        Like(buffers._gradient.View, "gradient", buffers._logits);
        Like(buffers._targetGradient.View, "targetGradient", buffers._logits);
        Require.Dense(buffers._targetGradient.View, "targetGradient");
    }

    private static void RequireRows(long length, string name, long rows)
    {
        if (length != rows)
            throw new ArgumentException($"{name} has {length} elements but logits has {rows} rows.", name);
    }

    private static void Like<T>(scoped in InputView<T> view, string name, scoped in InputView<T> logits)
        where T : unmanaged
    {
        Require.LengthIfAny(view.Length, name, logits.Length, "logits");
        if (view.Shape.IsEmpty || logits.Lengths.IsEmpty || view.Lengths.SequenceEqual(logits.Lengths)) return;
        throw new ArgumentException(
            $"{name} has shape {Require.Text(view.Lengths)} but logits has shape {Require.Text(logits.Lengths)}.",
            name);
    }

    private static void CheckOverlap<T>(scoped in ClassArgs<T> buffers, fl_row_args* args)
        where T : unmanaged
    {
        ReadOnlySpan<Region> regions =
        [
            Region.Of((T*)args->input, buffers._logits),
            Region.Of(args->labels, buffers._labels),
            Region.Of((T*)args->probabilities, buffers._probabilities),
            Region.Of((T*)args->class_weight, buffers._classWeights),
            Region.Of((T*)args->upstream, buffers._upstream),
            Region.Of((T*)args->losses, buffers._losses.View),
            Region.Of((T*)args->gradient, buffers._gradient.View),
            Region.Of((T*)args->target_gradient, buffers._targetGradient.View),
        ];
        Overlap.Check(regions, s_names, buffers._gradient.View.HasLayoutOf(buffers._logits), targetInPlace: false);
    }

    private static double Invoke<T, TKernel>(
        fl_row_args* args, ClassShape shape, fl_label_type labelType, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        var options = kernel.Options;
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
