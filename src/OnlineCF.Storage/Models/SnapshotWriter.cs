using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using OnlineCF.Core.Models;

namespace OnlineCF.Storage.Models;

/// <summary>Writes the sections of a snapshot, one after the other, each with its checksum; see <see cref="SnapshotFormat"/>.</summary>
internal sealed class SnapshotWriter(Stream stream) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes written.</summary>
    public long SizeBytes { get; private set; }

    public void WriteHeader(SnapshotHeader header)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(header, ModelJson.Default.SnapshotHeader);
        Span<byte> preamble = stackalloc byte[SnapshotFormat.PreambleBytes];
        SnapshotFormat.Magic.CopyTo(preamble);
        preamble[SnapshotFormat.Magic.Length] = '0' + SnapshotFormat.CurrentFormat;
        BinaryPrimitives.WriteInt32LittleEndian(preamble[(SnapshotFormat.Magic.Length + 1)..], json.Length);
        Write<byte>(preamble);
        Write<byte>(json);
        EndSection();
    }

    /// <summary>Writes a table, and of others with the same rows, where there are any, the ranking factors.</summary>
    /// <returns>The checksum of everything up to here, lower-case hex.</returns>
    public string WriteTable(FactorTable table, params ReadOnlySpan<FactorTable?> rankings)
    {
        Write<long>(table.Ids);
        Write<int>(table.Counts);
        Write<float>(table.Biases);
        Write<float>(table.RatingFactors);
        Write<float>(table.RankingFactors);
        foreach (var ranking in rankings)
        {
            Write<float>(ranking?.RankingFactors);
        }

        return EndSection();
    }

    public void Dispose() => _hash.Dispose();

    private string EndSection()
    {
        var checksum = _hash.GetCurrentHash();
        Write<byte>(checksum);
        return Convert.ToHexStringLower(checksum);
    }

    // An array may have more bytes than a span can count.
    private void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var most = SnapshotFormat.PieceBytes / Unsafe.SizeOf<T>();
        for (; !values.IsEmpty; values = values[Math.Min(values.Length, most)..])
        {
            var piece = MemoryMarshal.AsBytes(values[..Math.Min(values.Length, most)]);
            _hash.AppendData(piece);
            stream.Write(piece);
            SizeBytes += piece.Length;
        }
    }
}
