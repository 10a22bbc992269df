namespace FusedLoss;

/// <summary>The native library refused a call for a reason that the arguments' own checks do not explain.</summary>
/// <remarks>
/// Wrong arguments are reported as <see cref="ArgumentException"/> and its kin; this exception means that the managed
/// and the native half of the library disagree, for example because they are of different versions.
/// </remarks>
public sealed class FusedLossException : Exception
{
    internal FusedLossException(int status, string message)
        : base($"{message} (native status {status})") => Status = status;

    /// <summary>The number of the status, one of <c>fl_status</c> in <c>fusedloss/base.h</c>; never 0.</summary>
    public int Status { get; }
}
