namespace FusedLoss;

/// <summary>Loss functions with their gradients, computed together in one pass over memory.</summary>
/// <remarks>
/// Names, formulas and defaults are PyTorch's. Every loss takes arrays, spans or tensors of <see cref="float"/> or
/// <see cref="double"/>, sums in double precision, allocates nothing, and gives the same bits for any number of
/// threads. NaN and infinities are results, not exceptions. Everything that is not needed for input, target and
/// gradient is a named buffer of <see cref="PointwiseArgs{T}"/> or <see cref="ClassArgs{T}"/>.
/// </remarks>
public static partial class Loss
{
}
