namespace FusedLoss.Interop;

internal readonly unsafe struct HingeEmbeddingKernel(HingeEmbeddingOptions? options) : IPointwiseKernel
{
    private readonly HingeEmbeddingOptions _options = options ?? HingeEmbeddingOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.TargetIsConstant;

    public fl_status Invoke(fl_context* context, fl_pointwise_args* args)
    {
        fl_hinge_embedding_params hyper = new() { margin = _options.Margin };
        return NativeMethods.fl_hinge_embedding(context, args, &hyper);
    }
}
