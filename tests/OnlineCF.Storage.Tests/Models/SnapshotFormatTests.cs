using OnlineCF.Core.Models;
using OnlineCF.Storage.Models;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Tests.Models;

public sealed class SnapshotFormatTests
{
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

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Tables_of_movies_come_back_where_there_are_any(bool sittings, bool judged)
    {
        var snapshot = (Snapshots.Create() with { Version = 1 }).WithAllTables(sittings, judged);
        using var stream = new MemoryStream();
        var (_, checksum) = SnapshotFormat.Write(stream, snapshot, Snapshots.Round(1), term: 1);

        Snapshots.AssertSame(snapshot, Read(stream.ToArray(), SnapshotParts.All, checksum));
        Snapshots.AssertSame(
            snapshot with { Users = FactorTable.Empty(snapshot.EmbeddingDim) }, Read(stream.ToArray(), SnapshotParts.Movies, checksum));
        using var reader = new SnapshotReader(new MemoryStream(stream.ToArray()), stream.Length, 1);
        Assert.Equal(checksum, reader.Verify(checksum).Checksum);
    }

    [Fact]
    public void Tables_with_other_rows_are_refused()
    {
        var snapshot = Snapshots.Create() with { SittingMovies = Snapshots.Create(seed: 2).Movies };

        Assert.Throws<ArgumentException>(() => SnapshotFormat.Write(new MemoryStream(), snapshot, Snapshots.Round(1), term: 1));
    }

    // Written by the code of its time.
    [Fact]
    public void Format_2_is_read()
    {
        var bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Models", "Formats", "format2.ocf"));

        var snapshot = Read(bytes, SnapshotParts.All, "33bfde189e02b4d8867ffe80a643af4b78666def11587db5c9088157a771c23f");

        Snapshots.AssertSame(Snapshots.Create(rows: 4, embeddingDim: 3), snapshot);
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
            stream, (Snapshots.Create(rows: 10, embeddingDim: 5) with { Version = 1 }).WithAllTables(), Snapshots.Round(1), term: 1);
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
