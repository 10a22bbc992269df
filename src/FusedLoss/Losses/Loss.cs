namespace FusedLoss;

/// <summary>Loss functions with their gradients, computed together in one pass over memory.</summary>
/// <remarks>
/// Names, formulas and defaults are PyTorch's. Every loss takes arrays, spans or tensors of <see cref="float"/>,
/// <see cref="double"/>, <see cref="Half"/> or <see cref="BFloat16"/>, sums in double precision, allocates nothing, and
/// gives the same bits for any number of threads. The 16-bit types are calculated in <see cref="float"/>, which is also
/// the type of what there is one of per term, per row or per class; error bounds hold for that calculation, and each
/// gradient is then rounded once. NaN and infinities are results, not exceptions. Everything that is not needed for
/// input, target and gradient is a named buffer of <see cref="PointwiseArgs{T}"/> or <see cref="ClassArgs{T}"/>.
/// </remarks>
public static partial class Loss
{
}
