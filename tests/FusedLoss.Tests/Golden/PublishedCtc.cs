namespace FusedLoss.Tests.Golden;

internal static partial class Published
{
    private static readonly double[] s_first =
    [
        0.633766, 0.221185, 0.0917319, 0.0129757, 0.0142857, 0.0260553,
        0.111121, 0.588392, 0.278779, 0.0055756, 0.00569609, 0.010436,
        0.0357786, 0.633813, 0.321418, 0.00249248, 0.00272882, 0.0037688,
        0.0663296, 0.643849, 0.280111, 0.00283995, 0.0035545, 0.00331533,
        0.458235, 0.396634, 0.123377, 0.00648837, 0.00903441, 0.00623107,
    ];

    private static readonly double[] s_second =
    [
        0.30176, 0.28562, 0.0831517, 0.0862751, 0.0816851, 0.161508,
        0.24082, 0.397533, 0.0557226, 0.0546814, 0.0557528, 0.19549,
        0.230246, 0.450868, 0.0389607, 0.038309, 0.0391602, 0.202456,
        0.280884, 0.429522, 0.0326593, 0.0339046, 0.0326856, 0.190345,
        0.423286, 0.315517, 0.0338439, 0.0393744, 0.0339315, 0.154046,
    ];

    private static readonly CtcOptions s_blankLast = new() { Blank = 5, Reduction = Reduction.Sum };

    /// <summary>The example of TensorFlow's ctc_loss_op_test, whose probabilities add up to 1 in five digits.</summary>
    public static CtcGolden[] Ctc { get; } =
    [
        new("TensorFlow's first sample", s_blankLast)
        {
            Shape = new(5, 1, 6), Input = Array.ConvertAll(s_first, Math.Log), Decimals = 5,
            Targets = [0, 1, 2, 1, 0], InputLengths = [5], TargetLengths = [5], Loss = [3.34211],
            Gradient =
            [
                -0.366234, 0.221185, 0.0917319, 0.0129757, 0.0142857, 0.0260553,
                0.111121, -0.411608, 0.278779, 0.0055756, 0.00569609, 0.010436,
                0.0357786, 0.633813, -0.678582, 0.00249248, 0.00272882, 0.0037688,
                0.0663296, -0.356151, 0.280111, 0.00283995, 0.0035545, 0.00331533,
                -0.541765, 0.396634, 0.123377, 0.00648837, 0.00903441, 0.00623107,
            ],
        },
        new("TensorFlow's second sample", s_blankLast)
        {
            Shape = new(5, 1, 6), Input = Array.ConvertAll(s_second, Math.Log), Decimals = 5,
            Targets = [0, 1, 1, 0], InputLengths = [5], TargetLengths = [4], Loss = [5.42262],
        },
    ];
}
