namespace FusedLoss.Cli;

/// <summary>What the user gave cannot be used: one sentence that names it, what it has and what it needs. Exit status
/// 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
