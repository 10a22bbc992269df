using System.Runtime.InteropServices;

namespace FusedLoss.Tests.Contract;

/// <summary>The variable FUSEDLOSS_ISA chooses the instruction set of contexts that force none.</summary>
[Collection(Alone.Name)]
public sealed partial class EnvironmentTests : IDisposable
{
    private const string Variable = "FUSEDLOSS_ISA";

    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);

    public static TheoryData<InstructionSet> Available => [.. LossContext.AvailableInstructionSets];

    [Theory, MemberData(nameof(Available))]
    public void ChoosesTheInstructionSet(InstructionSet isa)
    {
        Set(isa.ToString().ToLowerInvariant());
        using var context = new LossContext();
        Assert.Equal(isa, context.InstructionSet);
    }

    [Fact]
    public void AutoAndEmptyAreTheBest()
    {
        foreach (var value in new[] { "auto", "" })
        {
            Set(value);
            using var context = new LossContext();
            Assert.Equal(LossContext.AvailableInstructionSets.Max(), context.InstructionSet);
        }
    }

    [Fact]
    public void WhatIsForcedWins()
    {
        var forced = LossContext.AvailableInstructionSets.Max();
        Set(LossContext.AvailableInstructionSets.Min().ToString().ToLowerInvariant());
        using var context = new LossContext(new LossContextOptions { InstructionSet = forced });
        Assert.Equal(forced, context.InstructionSet);
    }

    [Fact]
    public void UnknownNamesAreRefused()
    {
        Set("mmx");
        Assert.Throws<PlatformNotSupportedException>(() => new LossContext());
    }

    public void Dispose() => Set(_before ?? "");

    // .NET keeps a copy of the environment; the library reads the real one.
    private static void Set(string value)
    {
        if (OperatingSystem.IsWindows()) _ = SetOnWindows(Variable, value);
        else _ = SetElsewhere(Variable, value, 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetElsewhere(string name, string value, int overwrite);

    [LibraryImport("ucrtbase", EntryPoint = "_putenv_s", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetOnWindows(string name, string value);
}
