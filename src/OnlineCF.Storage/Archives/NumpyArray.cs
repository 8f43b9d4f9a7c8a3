using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace OnlineCF.Storage.Archives;

/// <summary>Arrays as <c>numpy.load</c> reads them (NPY format 1.0: magic, header of a multiple of 64 bytes, then the numbers).</summary>
internal static class NumpyArray
{
    private const int Alignment = 64;
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    /// <summary>Writes one number a row.</summary>
    public static void Write(Stream output, ReadOnlySpan<long> values)
    {
        WriteHeader(output, "<i8", $"({Show(values.Length)},)");
        output.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Writes one number a row.</summary>
    public static void Write(Stream output, ReadOnlySpan<float> values)
    {
        WriteHeader(output, "<f4", $"({Show(values.Length)},)");
        output.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Writes rows of <paramref name="columns"/> numbers, which lie <paramref name="stride"/> apart.</summary>
    public static void Write(Stream output, ReadOnlySpan<float> values, int columns, int stride)
    {
        var rows = values.Length / stride;
        WriteHeader(output, "<f4", $"({Show(rows)}, {Show(columns)})");
        for (var row = 0; row < rows; row++)
        {
            output.Write(MemoryMarshal.AsBytes(values.Slice(row * stride, columns)));
        }
    }

    private static void WriteHeader(Stream output, string type, string shape)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}";
        var length = header.Length + 1;
        var padded = ((Magic.Length + 2 + length + Alignment - 1) / Alignment * Alignment) - Magic.Length - 2;
        output.Write(Magic);
        output.WriteByte((byte)padded);
        output.WriteByte((byte)(padded >> 8));
        output.Write(Encoding.ASCII.GetBytes(header.PadRight(padded - 1) + "\n"));
    }

    private static string Show(int number) => number.ToString(CultureInfo.InvariantCulture);
}
