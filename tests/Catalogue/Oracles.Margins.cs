namespace FusedLoss.Catalogue;

internal static partial class Oracles
{
    // PyTorch docs, SoftMarginLoss, with ln(1 + e^z) as softplus.
    internal static PointwiseTerm SoftMargin(double x, double y, double w, double q) =>
        new(Softplus(-(y * x)), -y * Sigmoid(-(y * x)), 0);

    // PyTorch docs, MarginRankingLoss, over the second input q. At the corner of the hinge there is a slope; where
    // there is none, it wins over an infinite difference.
    internal static PointwiseOracle MarginRanking(double margin) => (x, y, w, q) =>
    {
        var d = x - q;
        var z = Sum(-y * d, margin);
        var a = z.Value >= 0 ? 1 : 0;
        var loss = new Expected(Math.Max(z.Value, 0), z.Value < 0 ? 0 : z.Floor);
        return new(loss, a == 0 ? 0 : -y, a == 0 ? 0 : -d) { ExtraGradient = a == 0 ? 0 : y };
    };

    // PyTorch's hinge_embedding_loss: a target that is neither 1 nor -1 is treated as both. At the corner, -1.
    internal static PointwiseOracle HingeEmbedding(double margin) => (x, y, w, q) =>
    {
        var (far, farSlope) = y == 1 ? (0, 0) : (Math.Max(margin - x, 0), margin - x >= 0 ? -1 : 0);
        var (near, nearSlope) = y == -1 ? (0, 0) : (x, 1);
        return new(Sum(far, near), farSlope + nearSlope, 0);
    };
}
