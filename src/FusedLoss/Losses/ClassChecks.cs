using System.Diagnostics.CodeAnalysis;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Checks the buffers of losses over classes.</summary>
internal static unsafe class ClassChecks
{
    /// <summary>What the loss takes, and that there is something to compare with.</summary>
    public static void Target<T>(scoped in ClassBuffers<T> buffers, ClassTraits traits, ClassNames names)
        where T : unmanaged
    {
        Taken(buffers.Labels.Length, "labels", traits & ClassTraits.Labels);
        Taken(buffers.Target.Length, names.Target, traits & ClassTraits.Target);
        Taken(buffers.TargetGradient.Length, "targetGradient", traits & ClassTraits.TargetGradient);
        Taken(buffers.ClassWeights.Length, "classWeights", traits & ClassTraits.ClassWeights);
        Taken(buffers.SampleWeights.Length, "sampleWeights", traits & ClassTraits.SampleWeights);
        Taken(buffers.LogSumExp.Length, "logSumExp", traits & ClassTraits.Statistics);
        Taken(buffers.Predictions.Length, "predictions", traits & ClassTraits.Statistics);
        if (buffers.Labels.Type == 0)
        {
            var missing = buffers.Target.IsEmpty && !buffers.Input.IsEmpty
                && (traits & ClassTraits.LabelsAreOptional) == 0;
            if (missing) ThrowNoTarget(Wanted(traits, names));
            return;
        }

        if (!buffers.Target.IsEmpty)
        {
            throw new ArgumentException(
                $"labels and {names.Target} are both given, but they exclude each other.", names.Target);
        }

        if (buffers.TargetGradient.IsEmpty) return;
        throw new ArgumentException(
            $"targetGradient needs {names.Target}, but labels are given.", "targetGradient");
    }

    /// <summary>What there is one of per element, per row and per class.</summary>
    public static void Lengths<T>(
        scoped in ClassBuffers<T> buffers, ClassShape shape, ClassNames names, bool labelLists)
        where T : unmanaged
    {
        var rows = shape.Outer * shape.Inner;
        if (buffers.Labels.Type != 0 && labelLists)
            Require.Length(buffers.Labels.Length, "labels", buffers.Input.Length, names.Input);
        else if (buffers.Labels.Type != 0)
            RequireRows(buffers.Labels.Length, "labels", rows, names.Input);
        Like(buffers.Target, names.Target, buffers.Input, names.Input);
        Require.Dense(buffers.Target, names.Target);
        if (!buffers.ClassWeights.IsEmpty && buffers.ClassWeights.Length != shape.Classes)
        {
            throw new ArgumentException(
                $"classWeights has {buffers.ClassWeights.Length} elements but {names.Input} has {shape.Classes} "
                + "classes.",
                "classWeights");
        }

        Calls.CheckTerms<T>(buffers.ClassWeights, "classWeights", names.Input);
        RowsIfAny<T>(buffers.SampleWeights, "sampleWeights", rows, names.Input);
        RowsIfAny<T>(buffers.LogSumExp.Terms, "logSumExp", rows, names.Input);
        Predictions(buffers.Predictions, buffers.Labels.Type, rows, names.Input);
        Like(buffers.Gradient.View, "gradient", buffers.Input, names.Input);
        Like(buffers.TargetGradient.View, "targetGradient", buffers.Input, names.Input);
        Require.Dense(buffers.TargetGradient.View, "targetGradient");
    }

    /// <summary>What there is one of per term.</summary>
    public static void Terms<T>(
        scoped in ClassBuffers<T> buffers, long terms, long rows, LossOptions options, string input)
        where T : unmanaged
    {
        Calls.CheckUpstream(buffers.Upstream.Length, terms, options);
        Calls.CheckTerms<T>(buffers.Upstream, "upstream", input);
        Calls.CheckTerms<T>(buffers.Losses.Terms, "losses", input);
        if (buffers.Losses.IsEmpty || buffers.Losses.Length == terms) return;
        if (terms == rows) RequireRows(buffers.Losses.Length, "losses", rows, input);
        throw new ArgumentException(
            $"losses has {buffers.Losses.Length} elements but the loss has {terms} terms.", "losses");
    }

    public static void Memory<T>(
        scoped in ClassBuffers<T> buffers, fl_row_args* args, ClassNames names, CudaCall? gpu)
        where T : unmanaged
    {
        ReadOnlySpan<Region> regions =
        [
            Region.Of((T*)args->input, buffers.Input),
            Region.Of(args->labels, buffers.Labels),
            Region.Of((T*)args->target, buffers.Target),
            Region.Of(args->class_weight, buffers.ClassWeights),
            Region.Of(args->sample_weight, buffers.SampleWeights),
            Region.Of(args->upstream, buffers.Upstream),
            Region.Of(args->losses, buffers.Losses.Terms),
            Region.Of((T*)args->gradient, buffers.Gradient.View),
            Region.Of((T*)args->target_gradient, buffers.TargetGradient.View),
            Region.Of(args->log_sum_exp, buffers.LogSumExp.Terms),
            Region.Of(args->predictions, buffers.Predictions),
        ];
        var inPlace = buffers.Gradient.View.HasLayoutOf(buffers.Input) ? 0 : Overlap.Alone;
        Overlap.Check(
            regions, names.Regions, [Overlap.Alone, inPlace, Overlap.Alone, Overlap.Alone, Overlap.Alone], gpu);
    }

    [DoesNotReturn]
    public static void ThrowNoTarget(string what) =>
        throw new ArgumentException($"{what} must be given.", what.StartsWith("labels", StringComparison.Ordinal)
            ? "labels" : what);

    private static string Wanted(ClassTraits traits, ClassNames names) =>
        (traits & ClassTraits.Target) == 0 ? "labels"
        : (traits & ClassTraits.Labels) == 0 ? names.Target : $"labels or {names.Target}";

    private static void Taken(long length, string name, ClassTraits trait)
    {
        if (trait == 0) Require.NotTaken(length, name);
    }

    private static void RequireRows(long length, string name, long rows, string input)
    {
        if (length != rows)
            throw new ArgumentException($"{name} has {length} elements but {input} has {rows} rows.", name);
    }

    private static void RowsIfAny<T>(scoped in InputTerms terms, string name, long rows, string input)
        where T : unmanaged
    {
        if (terms.IsEmpty) return;
        RequireRows(terms.Length, name, rows, input);
        Calls.CheckTerms<T>(terms, name, input);
    }

    private static void Predictions(scoped in OutputLabels predictions, fl_label_type labels, long rows, string input)
    {
        if (predictions.IsEmpty) return;
        RequireRows(predictions.Length, "predictions", rows, input);
        if (labels == 0 || labels == predictions.Type) return;
        throw new ArgumentException(
            $"predictions has elements of type {Name(predictions.Type)}, but labels are {Name(labels)}.",
            "predictions");
    }

    private static string Name(fl_label_type type) => type == fl_label_type.FL_INT32 ? "int" : "long";

    private static void Like<T>(
        scoped in InputView<T> view, string name, scoped in InputView<T> input, string inputName)
        where T : unmanaged
    {
        Require.LengthIfAny(view.Length, name, input.Length, inputName);
        if (view.Shape.IsEmpty || input.Lengths.IsEmpty || view.Lengths.SequenceEqual(input.Lengths)) return;
        throw new ArgumentException(
            $"{name} has shape {Require.Text(view.Lengths)} but {inputName} has shape {Require.Text(input.Lengths)}.",
            name);
    }
}
