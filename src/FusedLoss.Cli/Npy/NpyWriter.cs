using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace FusedLoss.Cli.Npy;

/// <summary>Writes .npy files, version 1 (2 where the header is too long for it), little endian and
/// C-ordered.</summary>
internal static class NpyWriter
{
    private const int Alignment = 64; // NumPy pads so that the data can be mapped

    public static void Write(Stream stream, NpyArray array)
    {
        stream.Write(Preamble(array));
        switch (array.Data)
        {
            case float[] data: WriteData(stream, data); break;
            case double[] data: WriteData(stream, data); break;
            case int[] data: WriteData(stream, data); break;
            case long[] data: WriteData(stream, data); break;
            case byte[] data: WriteData(stream, data); break;
            case Half[] data: WriteData(stream, data); break;
            case ushort[] data: WriteData(stream, data); break;
            case BFloat16[] data: WriteData(stream, data); break;
            default: throw new NotSupportedException($"arrays of {array.Data.GetType()} have no .npy type.");
        }
    }

    private static byte[] Preamble(NpyArray array)
    {
        byte[] header = Encoding.Latin1.GetBytes(NpyHeader.Format(array.Type, array.Shape));
        int fixedBytes = header.Length + Alignment < ushort.MaxValue ? 10 : 12;
        int total = (fixedBytes + header.Length + 1 + Alignment - 1) / Alignment * Alignment;

        var bytes = new byte[total];
        bytes.AsSpan().Fill((byte)' ');
        bytes[0] = 0x93;
        "NUMPY"u8.CopyTo(bytes.AsSpan(1));
        bytes[6] = (byte)(fixedBytes == 10 ? 1 : 2);
        bytes[7] = 0;
        if (fixedBytes == 10) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(total - fixedBytes));
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), (uint)(total - fixedBytes));
        header.CopyTo(bytes.AsSpan(fixedBytes));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    private static void WriteData<T>(Stream stream, T[] data) where T : unmanaged
    {
        const int slice = 1 << 20;
        for (int i = 0; i < data.Length; i += slice)
        {
            stream.Write(MemoryMarshal.AsBytes(data.AsSpan(i, Math.Min(slice, data.Length - i))));
        }
    }
}
