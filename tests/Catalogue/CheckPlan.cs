namespace FusedLoss.Catalogue;

/// <summary>Which results a check asks for.</summary>
[Flags]
internal enum Outputs
{
    Loss = 1,
    Losses = 2,
    Gradient = 4,
    TargetGradient = 8,
    ExtraGradient = 16,

    /// <summary>Log-sum-exps and predictions.</summary>
    Statistics = 32,
    All = Loss | Losses | Gradient | TargetGradient | ExtraGradient | Statistics,
}

/// <summary>How a row of the catalogue is run: everything but the loss itself and the size.</summary>
internal sealed record CheckPlan
{
    public InstructionSet Isa { get; init; }
    public Precision Precision { get; init; }

    /// <summary>The GPU to run on; null for the CPU.</summary>
    public CudaContext? Gpu { get; init; }
    public int Threads { get; init; } = 1;
    public int Seed { get; init; } = 20250101;
    public Reduction Reduction { get; init; } = Reduction.Sum;
    public double Denominator { get; init; }
    public double Upstream { get; init; } = 1;

    /// <summary>An upstream gradient for every term (with <see cref="Reduction.None"/>).</summary>
    public bool UpstreamPerTerm { get; init; }

    public EmptyMean EmptyMean { get; init; }
    public Outputs Outputs { get; init; } = Outputs.All;

    /// <summary>The gradient is written over the input, and the other gradients likewise.</summary>
    public bool InPlace { get; init; }

    /// <summary>Labels are int64, not int32.</summary>
    public bool LongLabels { get; init; }

    /// <summary>Layout of inputs, given their shape; null for spans.</summary>
    public Func<nint[], Layout>? InputLayout { get; init; }

    /// <summary>Layout of gradients, given their shape; null for spans.</summary>
    public Func<nint[], Layout>? OutputLayout { get; init; }

    public bool Wants(Outputs output) => (Outputs & output) != 0;

    public LossOptions Apply(LossOptions options) => options with
    {
        Reduction = Reduction,
        Denominator = Denominator,
        Upstream = Upstream,
        EmptyMean = EmptyMean,
        ComputeLoss = Wants(Outputs.Loss),
    };

    /// <summary>The reduced loss, from the sum of the terms, of their magnitudes, and the reduction's own
    /// denominator.</summary>
    public Expected Reduce(double sum, double size, double own, double batch)
    {
        if (!Wants(Outputs.Loss) || Reduction == Reduction.None) return double.NaN;
        var divisor = Divisor(own, batch);
        if (divisor == 0) return EmptyMean == EmptyMean.Zero ? 0 : double.NaN;
        return new(sum / divisor, size / divisor);
    }

    /// <summary>What gradients are multiplied by. Nothing to average is a gradient of 0.</summary>
    public double GradientScale(double own, double batch)
    {
        var divisor = Divisor(own, batch);
        return divisor == 0 ? 0 : Upstream / divisor;
    }

    private double Divisor(double own, double batch) => Reduction switch
    {
        Reduction.Mean => Denominator != 0 ? Denominator : own,
        Reduction.BatchMean => batch,
        _ => 1,
    };

    /// <summary>What the gradient's limit grows by.</summary>
    public double ScaleUlp =>
        Reduction is Reduction.Mean or Reduction.BatchMean || UpstreamPerTerm || Upstream != 1 ? Ulp.ScaleUlp : 0;

    public override string ToString() =>
        $"{Gpu?.Device.Name ?? $"{Isa}"}, {Precision}, {Reduction}, threads {Threads}, seed {Seed}"
        + (Upstream != 1 ? $", upstream {Upstream}" : "") + (UpstreamPerTerm ? ", upstream per term" : "")
        + (Denominator != 0 ? $", denominator {Denominator}" : "") + (InPlace ? ", in place" : "")
        + (Outputs != Outputs.All ? $", {Outputs}" : "");
}

/// <summary>Worst errors of one check in ulp (of the sum: in ulp of the sum of magnitudes), and the first
/// failure.</summary>
internal sealed record CheckResult(
    string Case, CheckPlan Plan, string Size, double Loss, double Gradient, double OtherGradients, double Sum,
    string? Failure)
{
    public bool Passed => Failure is null;

    public double Worst => Math.Max(Math.Max(Loss, Sum), Math.Max(Gradient, OtherGradients));
}
