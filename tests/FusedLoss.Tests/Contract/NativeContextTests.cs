using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using FusedLoss.Interop;
using static FusedLoss.Interop.fl_status;

namespace FusedLoss.Tests.Contract;

/// <summary>The C interface around contexts, names and layouts.</summary>
public unsafe class NativeContextTests
{
    [Fact]
    public void RefusesWrongOptions()
    {
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_context_create(null, null));
        Assert.Equal(FL_ERROR_NULL_POINTER, Create(null));
        var good = new fl_context_options
        {
            struct_size = sizeof(fl_context_options), abi_version = NativeMethods.FL_ABI_VERSION,
                isa = fl_isa.FL_ISA_AUTO,
        };
        Assert.Equal(FL_ERROR_STRUCT_SIZE, Create(good with { struct_size = 4 }));
        Assert.Equal(FL_ERROR_STRUCT_SIZE, Create(good with { struct_size = good.struct_size + 8 }));
        Assert.Equal(FL_ERROR_ABI_VERSION, Create(good with { abi_version = NativeMethods.FL_ABI_VERSION + 1 }));
        Assert.Equal(FL_ERROR_ABI_VERSION, Create(good with { abi_version = 0 }));
        Assert.Equal(FL_ERROR_ISA, Create(good with { isa = (fl_isa)99 }));
        Assert.Equal(FL_ERROR_ISA, Create(good with { isa = (fl_isa)(-1) }));
        NativeMethods.fl_context_destroy(null);
        Assert.Equal(fl_isa.FL_ISA_AUTO, NativeMethods.fl_context_isa(null));
    }

    [Fact]
    public void EveryInstructionSetIsAvailableOrRefused()
    {
        foreach (var isa in Enum.GetValues<fl_isa>())
        {
            if (isa == fl_isa.FL_ISA_AUTO) continue;
            var options = new fl_context_options
            {
                struct_size = sizeof(fl_context_options), abi_version = NativeMethods.FL_ABI_VERSION, isa = isa,
            };
            Assert.Equal(NativeMethods.fl_isa_available(isa) != 0 ? FL_OK : FL_ERROR_ISA, Create(options));
        }
        Assert.Equal(0, NativeMethods.fl_isa_available((fl_isa)99));
    }

    [Fact]
    public void NamesAreStable()
    {
        string[] names = ["auto", "baseline", "avx2", "avx512", "neon"];
        Assert.Equal(names, Enum.GetValues<fl_isa>().Select(isa => Text(NativeMethods.fl_isa_name(isa))));
        Assert.True(NativeMethods.fl_isa_name((fl_isa)5) == null);
        Assert.True(NativeMethods.fl_isa_name((fl_isa)(-1)) == null);
        Assert.Matches(@"^\d+\.\d+\.\d+$", Text(NativeMethods.fl_version()));
        Assert.Equal(NativeMethods.FL_ABI_VERSION, NativeMethods.fl_abi_version());
    }

    [Fact]
    public void EveryStatusHasASentenceOfItsOwn()
    {
        var sentences = Enum.GetValues<fl_status>().Select(status =>
            Text(NativeMethods.fl_status_message(status))).ToArray();
        Assert.Equal(sentences.Length, sentences.Distinct().Count());
        Assert.All(sentences, sentence => Assert.False(string.IsNullOrWhiteSpace(sentence)));
        Assert.DoesNotContain(Text(NativeMethods.fl_status_message((fl_status)(-99))), sentences);
    }

    [Fact]
    public void StructsAreLaidOutAsTheLibraryWasCompiled()
    {
        var structs = new HashSet<string>();
        for (var line = 0L; NativeMethods.fl_layout_at(line) is var row && row != null; line++)
        {
            var (name, field) = (Text(row->type_name), Text(row->field_name));
            var type = typeof(NativeMethods).Assembly.GetType($"FusedLoss.Interop.{name}", throwOnError: true)!;
            structs.Add(name);
            var (offset, size) = field.Length == 0
                ? (0, SizeOf(type)) : ((long)Marshal.OffsetOf(type, field), SizeOf(FieldOf(type, field).FieldType));
            Assert.Equal((name, field, row->offset, row->size), (name, field, offset, size));
        }
        Assert.True(NativeMethods.fl_layout_at(-1) == null);
        var known = typeof(NativeMethods).Assembly.GetTypes()
            .Where(type => type is { IsValueType: true, IsEnum: false, Namespace: "FusedLoss.Interop" }
                && type.Name.StartsWith("fl_", StringComparison.Ordinal) && type.GetFields().Length > 0
                && !type.Name.StartsWith("fl_cuda_", StringComparison.Ordinal)); // each call checks their sizes
        Assert.Equal(known.Select(type => type.Name).Order(), structs.Order());
    }

    [Fact]
    public void TheLayoutTableNamesEveryField()
    {
        var lines = new HashSet<(string, string)>();
        for (var line = 0L; NativeMethods.fl_layout_at(line) is var row && row != null; line++)
            lines.Add((Text(row->type_name), Text(row->field_name)));
        foreach (var name in lines.Select(line => line.Item1).Distinct().ToArray())
        {
            var fields = typeof(NativeMethods).Assembly.GetType($"FusedLoss.Interop.{name}")!.GetFields();
            if (fields.Any(field => lines.Contains((name, field.Name))))
                Assert.All(fields, field => Assert.Contains((name, field.Name), lines));
            else
                Assert.Equal(FieldsInTheHeader(name), fields.Select(field => field.Name)); // by its size only
        }
    }

    private static IEnumerable<string> FieldsInTheHeader(string name)
    {
        var header = House.Repository.Text("native/include/fusedloss/pointwise.h");
        var body = Regex.Match(header, $@"typedef struct {name} \{{(.*?)\}} {name};", RegexOptions.Singleline);
        var code = Regex.Replace(body.Groups[1].Value, @"/\*.*?\*/", "", RegexOptions.Singleline);
        return Regex.Matches(code, @"(\w+);").Select(field => field.Groups[1].Value);
    }

    private static fl_status Create(fl_context_options? options)
    {
        var context = (fl_context*)1;
        var given = options.GetValueOrDefault();
        var status = NativeMethods.fl_context_create(options is null ? null : &given, &context);
        if (status != FL_OK) Assert.True(context == null);
        NativeMethods.fl_context_destroy(status == FL_OK ? context : null);
        return status;
    }

    private static FieldInfo FieldOf(Type type, string field) => type.GetField(field)
        ?? throw new InvalidOperationException($"{type.Name} has no field {field}.");

    private static long SizeOf(Type type) => type.IsPointer || type.IsFunctionPointer || type.IsUnmanagedFunctionPointer
        ? sizeof(nint)
        : (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    private static string Text(sbyte* text) =>
        Marshal.PtrToStringUTF8((nint)text) ?? throw new InvalidOperationException("NULL");
}
