#if !NET9_0_OR_GREATER
namespace System.Runtime.CompilerServices;

/// <summary>What compilers look for by name; .NET 8 does not have it.</summary>
[AttributeUsage(
    AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property, AllowMultiple = false,
    Inherited = false)]
internal sealed class OverloadResolutionPriorityAttribute(int priority) : Attribute
{
    public int Priority { get; } = priority;
}
#endif
