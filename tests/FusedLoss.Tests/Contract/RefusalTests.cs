namespace FusedLoss.Tests.Contract;

/// <summary>Mistakes are told in one sentence, and change nothing.</summary>
public class RefusalTests
{
    public static TheoryData<string> Pointwise => [.. PointwiseRefusals.All.Select(refusal => refusal.What)];

    public static TheoryData<string> Classes => [.. ClassRefusals.All.Select(refusal => refusal.What)];

    [Theory, MemberData(nameof(Pointwise))]
    public void PointwiseRefuses(string what) => Refused(PointwiseRefusals.All.Single(row => row.What == what));

    public static TheoryData<string> Extras => [.. ExtrasRefusals.All.Select(refusal => refusal.What)];

    [Theory, MemberData(nameof(Extras))]
    public void ExtrasRefuse(string what) => Refused(ExtrasRefusals.All.Single(row => row.What == what));

    public static TheoryData<string> ThirdOperands => [.. ThirdOperandRefusals.All.Select(refusal => refusal.What)];

    [Theory, MemberData(nameof(ThirdOperands))]
    public void ThirdOperandsRefuse(string what) =>
        Refused(ThirdOperandRefusals.All.Single(row => row.What == what));

    public static TheoryData<string> Margins => [.. MarginRefusals.All.Select(refusal => refusal.What)];

    [Theory, MemberData(nameof(Margins))]
    public void MarginsRefuse(string what) => Refused(MarginRefusals.All.Single(row => row.What == what));

    [Theory, MemberData(nameof(Classes))]
    public void ClassesRefuse(string what) => Refused(ClassRefusals.All.Single(row => row.What == what));

    internal static void Refused(Refusal refusal)
    {
        var outputs = new RefusedOutputs();
        var exception = Assert.Throws(refusal.Exception, () => refusal.Call(outputs));
        var suffix = refusal.Parameter is null ? "" : $" (Parameter '{refusal.Parameter}')";
        Assert.Equal(refusal.Message + suffix, exception.Message);
        if (exception is ArgumentException argument) Assert.Equal(refusal.Parameter, argument.ParamName);
        Assert.True(outputs.Untouched, "An output was written.");
    }
}
