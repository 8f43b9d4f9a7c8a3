using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using OnlineCF.Core.Archives;

namespace OnlineCF.Storage.Archives;

/// <summary>An archive that is being written: a zip whose files are summed up as they go in.</summary>
internal sealed class ArchiveFile(Stream output) : IDisposable
{
    private readonly ZipArchive _zip = new(output, ZipArchiveMode.Create, leaveOpen: true);
    private readonly List<ArchivedFile> _files = [];

    /// <summary>What is in it so far.</summary>
    public IReadOnlyList<ArchivedFile> Files => _files;

    /// <summary>Adds a file; one at a time.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isPacked">Whether its own format packs it.</param>
    /// <param name="write">Writes it, once, from its start on.</param>
    public async Task AddAsync(string name, bool isPacked, Func<Stream, Task> write)
    {
        var entry = _zip.CreateEntry(name, isPacked ? CompressionLevel.NoCompression : CompressionLevel.Fastest);
        await using var file = entry.Open();
        await using var summed = new SummingStream(file);
        await write(summed).ConfigureAwait(false);
        await summed.FlushAsync().ConfigureAwait(false);
        _files.Add(new ArchivedFile(name, summed.Position, summed.Sha256()));
    }

    /// <summary>Adds the manifest, which ends the archive.</summary>
    public void End(ArchiveManifest manifest)
    {
        using var file = _zip.CreateEntry(ArchiveManifest.FileName, CompressionLevel.Fastest).Open();
        JsonSerializer.Serialize(file, manifest, ArchiveJson.Default.ArchiveManifest);
    }

    public void Dispose() => _zip.Dispose();
}

/// <summary>A stream that can only be written on, and counts and sums up what passes.</summary>
internal sealed class SummingStream(Stream target) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _count;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _count;

    public override long Position
    {
        get => _count;
        set => throw new NotSupportedException();
    }

    /// <summary>Of what has passed, lower-case hex; ends the sum.</summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _hash.AppendData(buffer);
        _count += buffer.Length;
        target.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _hash.AppendData(buffer.Span);
        _count += buffer.Length;
        return target.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush() => target.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
