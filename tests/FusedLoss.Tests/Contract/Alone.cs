namespace FusedLoss.Tests.Contract;

/// <summary>Tests that change or measure what the process shares (its environment, the thread pool, the
/// heap).</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    internal const string Name = "alone in the process";
}
