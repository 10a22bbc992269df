using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace FusedLoss.Tests.House;

/// <summary>Prints what an assembly promises, one line per member, so that a change is seen in review.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance
            | BindingFlags.DeclaredOnly;

    public static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Heading(type)).Append('\n');
            var members = type.GetMembers(Declared).Select(member => Line(type, member)).OfType<string>();
            foreach (var line in members.Order(StringComparer.Ordinal)) text.Append("    ").Append(line).Append('\n');
        }
        return text.ToString();
    }

    private static string Heading(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType
            ? type.IsByRefLike ? "ref struct" : "struct" : "class";
        var shape = type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsValueType ? ""
            : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        var from = type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType
            ? $" : {Name(parent)}" : "";
        return $"{shape}{kind} {type.Namespace}.{Name(type)}{from}";
    }

    // Null for what is not promised: private members, accessors, what the compiler adds to records.
    private static string? Line(Type type, MemberInfo member) => member switch
    {
        FieldInfo field when type.IsEnum =>
            field.IsLiteral
                ? $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}" : null,
        _ when member.IsDefined(typeof(CompilerGeneratedAttribute)) => null,
        FieldInfo field => Seen(field.IsPublic, field.IsFamily) ? $"{Name(field.FieldType)} {field.Name}" : null,
        ConstructorInfo constructor =>
            Seen(constructor.IsPublic, constructor.IsFamily) ? $"new({Parameters(constructor)})" : null,
        PropertyInfo property => Property(property),
        MethodInfo { IsSpecialName: true } method when !method.Name.StartsWith("op_", StringComparison.Ordinal) => null,
        MethodInfo method => Seen(method.IsPublic, method.IsFamily) ? Method(method) : null,
        _ => null,
    };

    private static bool Seen(bool isPublic, bool isFamily) => isPublic || isFamily;

    private static string? Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(each =>
            Seen(each.IsPublic, each.IsFamily)).ToArray();
        if (accessors.Length == 0) return null;
        var words = accessors.Select(each => each == property.GetMethod ? "get;" : IsInit(each) ? "init;" : "set;");
        var modifier = accessors[0].IsStatic ? "static " : "";
        return $"{modifier}{Name(property.PropertyType)} {property.Name} {{ {string.Join(' ', words)} }}";
    }

    private static bool IsInit(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        var modifier = method.IsStatic ? "static " : method.IsAbstract ? "abstract "
            : method.GetBaseDefinition() != method ? "override " : method.IsVirtual && !method.IsFinal
                ? "virtual " : "";
        return $"{modifier}{Name(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
    {
        var by = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        var value = parameter.HasDefaultValue
            ? string.Create(CultureInfo.InvariantCulture, $" = {parameter.DefaultValue ?? "default"}") : "";
        return $"{by}{Name(parameter.ParameterType)} {parameter.Name}{value}";
    }));

    private static string Name(Type type)
    {
        if (type.IsByRef) return Name(type.GetElementType()!);
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[]";
        if (type.IsGenericParameter || !type.IsGenericType) return Keyword(type);
        return $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }

    private static string Keyword(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => type.Name,
        TypeCode.Boolean => "bool",
        TypeCode.Double => "double",
        TypeCode.Single => "float",
        TypeCode.Int32 => "int",
        TypeCode.Int64 => "long",
        TypeCode.String => "string",
        TypeCode.UInt16 => "ushort",
        _ => type == typeof(void) ? "void" : type == typeof(object) ? "object" : type == typeof(nint)
            ? "nint" : type.Name,
    };
}
