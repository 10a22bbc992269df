using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace FusedLoss.Cli.Npy;

/// <summary>Reads .npy files of version 1 and 2, little endian and C-ordered. Mistakes are sentences about
/// <c>name</c>.</summary>
internal static class NpyReader
{
    private const int LongestHeader = 1 << 20;
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public static NpyArray Read(string name, string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return Read($"{name} ({path})", stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{name} cannot be read: {e.Message}");
        }
    }

    public static NpyArray Read(string name, Stream stream)
    {
        NpyHeader header = ReadHeader(name, stream);
        NpyType type = ElementType(name, header.Descr);
        if (header.FortranOrder)
        {
            throw new UsageException($"{name} is in Fortran order, but C order is needed (numpy.ascontiguousarray).");
        }
        int count = Count(name, header.Shape, type, stream);
        Array data = type switch
        {
            NpyType.Float16 => Fill(name, stream, new Half[count]),
            NpyType.Float32 => Fill(name, stream, new float[count]),
            NpyType.Float64 => Fill(name, stream, new double[count]),
            NpyType.Int32 => Fill(name, stream, new int[count]),
            NpyType.Int64 => Fill(name, stream, new long[count]),
            NpyType.UInt8 => Fill(name, stream, new byte[count]),
            _ => Fill(name, stream, new ushort[count]),
        };
        return new NpyArray(type, header.Shape, data);
    }

    private static NpyHeader ReadHeader(string name, Stream stream)
    {
        Span<byte> start = stackalloc byte[8];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read < start.Length || !start[..6].SequenceEqual(Magic))
        {
            throw new UsageException($"{name} is not a .npy file.");
        }
        if (start[6] is not (1 or 2))
        {
            throw new UsageException($"{name} has .npy version {start[6]}, but version 1 or 2 is needed.");
        }
        Span<byte> size = stackalloc byte[start[6] == 1 ? 2 : 4];
        if (stream.ReadAtLeast(size, size.Length, throwOnEndOfStream: false) < size.Length) throw Broken(name);
        long length = size.Length == 2
            ? BinaryPrimitives.ReadUInt16LittleEndian(size)
            : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > LongestHeader) throw Broken(name);
        var text = new byte[length];
        if (stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length) throw Broken(name);
        return NpyHeader.Parse(Encoding.Latin1.GetString(text)) ?? throw Broken(name);
    }

    private static NpyType ElementType(string name, string descr)
    {
        if (descr.StartsWith('>'))
        {
            throw new UsageException($"{name} is big endian ({descr}), but little endian is needed.");
        }
        return NpyTypes.FromCode(descr.TrimStart('<', '|', '=')) ?? throw new UsageException(
            $"{name} has elements of type '{descr}', but float16, float32, float64, int32, int64 or uint8 is needed.");
    }

    private static int Count(string name, long[] shape, NpyType type, Stream stream)
    {
        // Sizes of 0 first: (0, huge) has no elements, whatever the product of the others.
        UInt128 count = shape.Contains(0) ? 0 : UInt128.One;
        foreach (long size in shape) count = UInt128.Min(count * (ulong)size, long.MaxValue);
        if (count > (ulong)Array.MaxLength)
        {
            throw new UsageException(
                $"{name} has shape {NpyArray.Text(shape)}, but at most {Array.MaxLength} elements can be read.");
        }
        long needed = (long)count * type.Size();
        // Before anything of that size is allocated.
        long left = stream.CanSeek ? stream.Length - stream.Position : needed;
        if (left < needed) throw Short(name, left, needed);
        return (int)count;
    }

    private static T[] Fill<T>(string name, Stream stream, T[] data) where T : unmanaged
    {
        // In slices: the bytes of the largest arrays are more than a span can hold.
        const int slice = 1 << 20;
        for (int i = 0; i < data.Length; i += slice)
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(data.AsSpan(i, Math.Min(slice, data.Length - i)));
            int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (read < bytes.Length)
            {
                long size = data.LongLength * Unsafe.SizeOf<T>();
                throw Short(name, (long)i * Unsafe.SizeOf<T>() + read, size);
            }
        }
        return data;
    }

    private static UsageException Broken(string name) => new($"{name} has a .npy header that cannot be read.");

    private static UsageException Short(string name, long has, long needs) =>
        new($"{name} has {has} bytes of data, but its header needs {needs}.");
}
