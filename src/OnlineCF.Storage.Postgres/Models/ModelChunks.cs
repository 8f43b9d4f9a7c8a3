using Npgsql;
using OnlineCF.Storage.Models;

namespace OnlineCF.Storage.Postgres.Models;

/// <summary>Snapshots in pieces of 4 MiB, a row each: no transaction, no buffer and no message is larger.</summary>
internal static class ModelChunks
{
    /// <summary>Bytes of a piece, but the last.</summary>
    public const int ChunkBytes = 4 << 20;

    /// <summary>Deletes the pieces of a version that is not to be.</summary>
    public static void Delete(NpgsqlConnection connection, long version)
    {
        using var delete = new NpgsqlCommand("DELETE FROM model_chunks WHERE version = $1", connection)
        {
            Parameters = { new() { Value = version } },
        };
        delete.ExecuteNonQuery();
    }

    /// <summary>Deletes what dropped versions and publications that came to nothing have left.</summary>
    public static void DeleteOrphans(NpgsqlConnection connection)
    {
        // What is newer than the newest model may be a publication under way.
        using var delete = new NpgsqlCommand(
            "DELETE FROM model_chunks AS c WHERE c.version < (SELECT max(version) FROM models) AND NOT EXISTS (SELECT 1 FROM models AS m WHERE m.version = c.version)",
            connection);
        delete.ExecuteNonQuery();
    }
}

/// <summary>Writes a snapshot's pieces, each in a transaction of its own; complete once it is flushed.</summary>
internal sealed class ModelChunkWriter(NpgsqlConnection connection, long version) : Stream
{
    private readonly byte[] _chunk = new byte[ModelChunks.ChunkBytes];
    private int _filled;
    private int _number;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, _chunk.Length - _filled);
            buffer[..count].CopyTo(_chunk.AsSpan(_filled));
            _filled += count;
            buffer = buffer[count..];
            if (_filled == _chunk.Length)
            {
                Flush();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        if (_filled == 0)
        {
            return;
        }

        using var insert = new NpgsqlCommand("INSERT INTO model_chunks (version, number, bytes) VALUES ($1, $2, $3)", connection)
        {
            Parameters = { new() { Value = version }, new() { Value = _number }, new() { Value = new ArraySegment<byte>(_chunk, 0, _filled) } },
        };
        insert.ExecuteNonQuery();
        _number++;
        _filled = 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>Reads a snapshot's pieces one after the other; ends where one is missing.</summary>
internal sealed class ModelChunkReader(NpgsqlConnection connection, long version) : ReadOnlyStream
{
    private byte[] _chunk = [];
    private int _read;
    private int _number;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_read == _chunk.Length && !TryFetch())
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, _chunk.Length - _read);
        _chunk.AsSpan(_read, count).CopyTo(buffer);
        _read += count;
        return count;
    }

    private bool TryFetch()
    {
        using var select = new NpgsqlCommand("SELECT bytes FROM model_chunks WHERE version = $1 AND number = $2", connection)
        {
            Parameters = { new() { Value = version }, new() { Value = _number } },
        };
        if (select.ExecuteScalar() is not byte[] chunk)
        {
            return false;
        }

        (_chunk, _read) = (chunk, 0);
        _number++;
        return true;
    }
}
