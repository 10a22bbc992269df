using System.Buffers;
using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Pins and calls losses over classes.</summary>
internal static unsafe class ClassCalls
{
    /// <summary>Scratch memory up to this many bytes is taken from the stack.</summary>
    private const int StackBytes = 2048;

    /// <summary>Spans only: N rows of C scores.</summary>
    public static double Run<T, TKernel>(
        ReadOnlySpan<T> input, Labels labels, Span<T> gradient, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        if (context is CudaContext || labels.IsOnDevice)
            return RunAsBuffers(input, labels, gradient, kernel, context);
        var name = TKernel.Names.Input;
        if (labels.Type == 0) ClassChecks.ThrowNoTarget("labels");
        var shape = ClassLayout.OfSpans(input.Length, labels.Length, name);
        Require.LengthIfAny(gradient.Length, "gradient", input.Length, name);
        fixed (T* x = input, g = gradient)
        fixed (byte* y = labels)
        {
            fl_row_args args = default;
            args.input = x;
            args.labels = y;
            args.label_type = labels.Type;
            args.gradient = g;
            if (g != null)
            {
                var output = new Region(g, (long)input.Length * sizeof(T));
                Overlap.Check(output, "gradient", new(x, (long)input.Length * sizeof(T)), name, mayShare: true);
                Overlap.Check(output, "gradient", Region.Of(y, labels), "labels", mayShare: false);
            }

            double nothing;
            if (input.IsEmpty) StandIn(&args, TKernel.Traits, labels.Type, &nothing);
            return Invoke<T, TKernel>(&args, shape, kernel, context, null);
        }
    }

    /// <summary>Apart, because the buffers take their time to be cleared.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double RunAsBuffers<T, TKernel>(
        ReadOnlySpan<T> input, Labels labels, Span<T> gradient, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        ClassBuffers<T> buffers = new() { Input = input, Labels = labels, Gradient = gradient };
        return Run(buffers, kernel, context);
    }

    public static double Run<T, TKernel>(scoped in ClassBuffers<T> buffers, TKernel kernel, LossContext? context)
        where T : unmanaged
        where TKernel : struct, IClassKernel => Run(buffers, kernel, context, default, out _);

    /// <summary>With more flags than the options', and what the call counted.</summary>
    public static double Run<T, TKernel>(
        scoped in ClassBuffers<T> buffers, TKernel kernel, LossContext? context, fl_flags flags, out long correct)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        if (context is not CudaContext gpu) return Run(buffers, kernel, context, flags, out correct, null);
        using var call = new CudaCall(gpu.Stream, ofHost: true);
        Run(buffers, kernel, null, flags, out _, call);
        return call.Finish(out correct);
    }

    /// <summary>On buffers of a GPU.</summary>
    public static DeviceLoss Run<T, TKernel>(
        scoped in ClassBuffers<T> buffers, TKernel kernel, CudaStream stream, fl_flags flags = default)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        using var call = new CudaCall(stream, ofHost: false);
        Run(buffers, kernel, null, flags, out _, call);
        return call.Result!;
    }

    private static double Run<T, TKernel>(
        scoped in ClassBuffers<T> buffers, TKernel kernel, LossContext? context, fl_flags flags, out long correct,
        CudaCall? gpu)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        var (traits, names) = (TKernel.Traits, TKernel.Names);
        var shape = Shape<T, TKernel>(buffers, kernel);
        fl_row_args args = default;
        (args.input_outer_stride, args.input_class_stride) = ClassLayout.Input(buffers.Input, names.Input, shape);
        (args.gradient_outer_stride, args.gradient_class_stride) =
            ClassLayout.Output(buffers.Gradient, "gradient", shape);
        args.upstream_count = buffers.Upstream.Length;
        args.label_type = buffers.Labels.Type != 0 ? buffers.Labels.Type : buffers.Predictions.Type;
        args.flags = (uint)flags;

        fixed (byte* y = buffers.Labels, u = buffers.Upstream, cw = buffers.ClassWeights, sw = buffers.SampleWeights)
        fixed (byte* l = buffers.Losses, lse = buffers.LogSumExp, p = buffers.Predictions)
        fixed (T* x = buffers.Input, t = buffers.Target, g = buffers.Gradient, tg = buffers.TargetGradient)
        {
            args.input = x;
            args.labels = y;
            args.target = t;
            args.class_weight = cw;
            args.sample_weight = sw;
            args.upstream = u;
            args.losses = l;
            args.gradient = g;
            args.target_gradient = tg;
            args.log_sum_exp = lse;
            args.predictions = p;
            ClassChecks.Memory(buffers, &args, names, gpu);
            double nothing;
            if (buffers.Input.IsEmpty) StandIn(&args, traits, buffers.Labels.Type, &nothing);
            var loss = Invoke<T, TKernel>(&args, shape, kernel, context, gpu);
            correct = args.correct;
            return loss;
        }
    }

    /// <summary>The layout of the scores, once all buffers fit to it.</summary>
    private static ClassShape Shape<T, TKernel>(scoped in ClassBuffers<T> buffers, TKernel kernel)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        var (traits, names) = (TKernel.Traits, TKernel.Names);
        ClassChecks.Target(buffers, traits, names);
        var shape = ClassLayout.Infer(buffers, traits, names);
        ClassChecks.Lengths(buffers, shape, names, (traits & ClassTraits.LabelLists) != 0);
        var terms = TKernel.Terms(kernel.Options, shape);
        ClassChecks.Terms(buffers, terms, shape.Outer * shape.Inner, kernel.Options, names.Input);
        return shape;
    }

    /// <summary>An empty span is NULL once pinned, which means absent.</summary>
    private static void StandIn(fl_row_args* args, ClassTraits traits, fl_label_type labels, void* nothing)
    {
        args->input = nothing;
        if (labels != 0) args->labels = nothing;
        else if ((traits & ClassTraits.Target) != 0) args->target = nothing;
    }

    private static double Invoke<T, TKernel>(
        fl_row_args* args, ClassShape shape, TKernel kernel, LossContext? context, CudaCall? gpu)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        var options = kernel.Options;
        Calls.Check(options);
        double upstream;
        args->struct_size = sizeof(fl_row_args);
        args->dtype = Calls.Dtype<T>();
        (args->outer, args->classes, args->inner) = (shape.Outer, shape.Classes, shape.Inner);
        args->reduction = (fl_reduction)options.Reduction;
        args->denominator = options.Denominator;
        args->flags |= Calls.Flags(options);
        if (gpu is not null) return LaunchOn<T, TKernel>(gpu, args, kernel);

        if (options.Upstream != 1)
        {
            Calls.Store(Calls.TermType<T>(), options.Upstream, &upstream);
            args->upstream = &upstream;
            args->upstream_count = 1;
        }

        var owner = (context ?? LossContext.Default).Handle;
        var immortal = owner.Immortal;
        var status = immortal != null
            ? InvokeOn(immortal, args, kernel) : InvokeLeased(owner, args, kernel);
        if (status == fl_status.FL_ERROR_LABEL_RANGE) ThrowLabelRange<TKernel>(args);
        Status.Check(status);
        return args->loss;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static fl_status InvokeLeased<TKernel>(ContextHandle owner, fl_row_args* args, TKernel kernel)
        where TKernel : struct, IClassKernel
    {
        using var lease = new ContextHandle.Lease(owner);
        return InvokeOn(lease.Context, args, kernel);
    }

    private static fl_status InvokeOn<TKernel>(fl_context* context, fl_row_args* args, TKernel kernel)
        where TKernel : struct, IClassKernel
    {
        var bytes = TKernel.Workspace(kernel.Options, args);
        return bytes > 0
            ? InvokeWithWorkspace(context, args, bytes, kernel) : kernel.Invoke(new Machine(context), args);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double LaunchOn<T, TKernel>(CudaCall gpu, fl_row_args* args, TKernel kernel)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        var classes = args->classes;
        var (least, most) = TKernel.LabelRange(classes);
        gpu.Blame = new LabelBlame("labels", index =>
            $"labels[{index}] is none of the {classes} classes of {TKernel.Names.Input} ({least} to {most}).");
        gpu.Launch(new Launch<TKernel>(args, kernel), Calls.TermType<T>(), kernel.Options.Upstream);
        return double.NaN;
    }

    /// <summary>Rents what is too large for the stack; an array of long, because native code wants it aligned to
    /// 8.</summary>
    private static fl_status InvokeWithWorkspace<TKernel>(
        fl_context* context, fl_row_args* args, long bytes, TKernel kernel)
        where TKernel : struct, IClassKernel
    {
        args->workspace_bytes = bytes;
        if (bytes <= StackBytes)
        {
            var small = stackalloc long[StackBytes / sizeof(long)];
            args->workspace = small;
            return kernel.Invoke(new Machine(context), args);
        }

        var rented = ArrayPool<long>.Shared.Rent(checked((int)((bytes + sizeof(long) - 1) / sizeof(long))));
        try
        {
            fixed (long* large = rented)
            {
                args->workspace = large;
                return kernel.Invoke(new Machine(context), args);
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    private static void ThrowLabelRange<TKernel>(fl_row_args* args)
        where TKernel : struct, IClassKernel
    {
        var row = args->bad_index;
        var label = args->label_type == fl_label_type.FL_INT32 ? ((int*)args->labels)[row] : ((long*)args->labels)[row];
        var (least, most) = TKernel.LabelRange(args->classes);
        Status.ThrowLabelRange(
            $"labels[{row}] is {label}, but {TKernel.Names.Input} has {args->classes} classes ({least} to {most}).");
    }

    private readonly struct Launch<TKernel>(fl_row_args* args, TKernel kernel) : ICudaLaunch
        where TKernel : struct, IClassKernel
    {
        public long WorkspaceBytes => TKernel.CudaWorkspace(kernel.Options, args);

        public void Move(CudaCopies copies)
        {
            args->input = copies.Of(args->input);
            args->labels = copies.Of(args->labels);
            args->target = copies.Of(args->target);
            args->class_weight = copies.Of(args->class_weight);
            args->sample_weight = copies.Of(args->sample_weight);
            args->upstream = copies.Of(args->upstream);
            args->losses = copies.Of(args->losses);
            args->gradient = copies.Of(args->gradient);
            args->target_gradient = copies.Of(args->target_gradient);
            args->log_sum_exp = copies.Of(args->log_sum_exp);
            args->predictions = copies.Of(args->predictions);
        }

        public void ScaleBy(void* upstream)
        {
            args->upstream = upstream;
            args->upstream_count = 1;
        }

        public fl_status Run(Machine gpu) => kernel.Invoke(gpu, args);
    }
}
