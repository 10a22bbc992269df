using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace FusedLoss.Interop;

/// <summary>The one place where a native status becomes an exception.</summary>
internal static unsafe class Status
{
    public static void Check(fl_status status)
    {
        if (status != fl_status.FL_OK) Throw(status);
    }

    [DoesNotReturn]
    public static void Throw(fl_status status)
    {
        var message = Marshal.PtrToStringUTF8((nint)NativeMethods.fl_status_message(status))!;
        throw status switch
        {
            fl_status.FL_ERROR_OUT_OF_MEMORY => new OutOfMemoryException(message),
            fl_status.FL_ERROR_ISA => new PlatformNotSupportedException(message),
            fl_status.FL_ERROR_PARAMETER or fl_status.FL_ERROR_OVERLAP => new ArgumentException(message),
            _ => new FusedLossException((int)status, message),
        };
    }

    [DoesNotReturn]
    public static void ThrowLabelRange(string message, string name = "labels") =>
        throw new ArgumentOutOfRangeException(name, message);
}
