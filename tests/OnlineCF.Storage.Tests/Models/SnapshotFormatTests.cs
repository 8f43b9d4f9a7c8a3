using OnlineCF.Core.Models;
using OnlineCF.Storage.Models;

namespace OnlineCF.Storage.Tests.Models;

public sealed class SnapshotFormatTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Folder_of_the_first_format_opens_serves_and_goes_on()
    {
        using var folder = new TestFolder();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Models", "Format1")))
        {
            File.Copy(file, folder.File(Path.GetFileName(file)));
        }

        var notices = new List<string>();
        using var store = FileModelStore.Open(folder.Path, keep: 3, notices.Add);

        Assert.Empty(notices);
        Assert.Equal((2, 2), (await store.GetServingVersionAsync(Token), await store.GetBestVersionAsync(Token)));
        Assert.Equal([3L, 2, 1], (await store.ListRoundsAsync(10, Token)).Select(round => round.RoundId));
        for (var version = 1; version <= 2; version++)
        {
            var expected = Snapshots.Create(rows: 6, embeddingDim: 3, seed: version);
            Snapshots.AssertSame(expected, await store.LoadAsync(version, Token));
            Snapshots.AssertSame(
                expected with { Users = FactorTable.Empty(3) }, await store.LoadAsync(version, SnapshotParts.Movies, Token));
        }

        var term = await store.AcquireTermAsync(Token);
        Assert.Equal(3, term);
        Assert.Equal(2, (await store.ServeAsync(2, term, Token)).Version);
        var next = await store.PublishAsync(Snapshots.Create(), Snapshots.Round(4), term, Token);
        Assert.Equal((3, 3), (next.Version, (await store.LoadAsync(3, Token)).Version));
    }

    [Fact]
    public void Movies_come_without_a_byte_of_the_users_being_read()
    {
        var (bytes, checksum) = Written();
        using var stream = new NoSeeking(bytes);
        using var reader = new SnapshotReader(stream, bytes.Length, 1);

        var movies = reader.Read(SnapshotParts.Movies, checksum);

        Assert.Equal(0, movies.Users.Count);
        var users = (int)SnapshotFormat.TableBytes(5, FactorTable.StrideOf(5));
        Assert.Equal(bytes.Length - users - SnapshotFormat.ChecksumBytes, stream.BytesRead);
    }

    [Fact]
    public void Damage_is_seen_in_what_is_read_and_only_there()
    {
        var (good, checksum) = Written();
        var users = good.Length - SnapshotFormat.ChecksumBytes - (int)SnapshotFormat.TableBytes(5, FactorTable.StrideOf(5));
        for (var i = 0; i < good.Length; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= (byte)(1 << (i % 8));
            Assert.Throws<CorruptSnapshotException>(() => Read(bad, SnapshotParts.All, checksum));
            if (i < users)
            {
                Assert.Throws<CorruptSnapshotException>(() => Read(bad, SnapshotParts.Movies, checksum));
            }
            else
            {
                Assert.Equal(1, Read(bad, SnapshotParts.Movies, checksum).Version);
            }
        }
    }

    [Fact]
    public void Truncated_snapshot_gives_no_movies_either()
    {
        var (good, checksum) = Written();
        for (var length = 0; length < good.Length; length++)
        {
            Assert.Throws<CorruptSnapshotException>(() => Read(good[..length], SnapshotParts.Movies, checksum));
        }
    }

    private static FactorSnapshot Read(byte[] bytes, SnapshotParts parts, string checksum)
    {
        using var stream = new NoSeeking(bytes);
        using var reader = new SnapshotReader(stream, bytes.Length, 1);
        return reader.Read(parts, checksum);
    }

    private static (byte[] Bytes, string Checksum) Written()
    {
        using var stream = new MemoryStream();
        var (sizeBytes, checksum) = SnapshotFormat.Write(
            stream, Snapshots.Create(rows: 10, embeddingDim: 5) with { Version = 1 }, Snapshots.Round(1), term: 1);
        Assert.Equal(stream.Length, sizeBytes);
        return (stream.ToArray(), checksum);
    }

    /// <summary>A stream that can only be read on, as one from a database, a few bytes at a time.</summary>
    private sealed class NoSeeking(byte[] bytes) : Stream
    {
        private const int MostBytes = 1000;

        private readonly MemoryStream _bytes = new(bytes);

        public long BytesRead => _bytes.Position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => _bytes.Read(buffer, offset, Math.Min(count, MostBytes));

        public override int Read(Span<byte> buffer) => _bytes.Read(buffer[..Math.Min(buffer.Length, MostBytes)]);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _bytes.Dispose();
            base.Dispose(disposing);
        }
    }
}
