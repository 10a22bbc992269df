using System.Diagnostics;
using System.Runtime.CompilerServices;

[assembly: DisableRuntimeMarshalling]

namespace FusedLoss.Interop;

/// <summary>Carries the C spelling of a type through the generated source; compiled away.</summary>
[AttributeUsage(AttributeTargets.All)]
[Conditional("NEVER")]
internal sealed class NativeTypeNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
