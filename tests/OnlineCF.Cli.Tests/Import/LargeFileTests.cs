using System.Text;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Import;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Import;

/// <summary>Lines without end in every kind of file: told with file and line, in constant memory, and the rest is read.</summary>
public sealed class LargeFileTests : IDisposable
{
    private const long Huge = 900L << 20;
    private const long MostAllocated = 64L << 20;
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _reports = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("movies.csv", "movieId,title,genres\n1,A (1990),Drama\n2,\"", "\",Drama\n3,C (1992),Drama\n", 3)]
    [InlineData("movies.csv", "movieId,title,genres\n1,A (1990),Drama\n2,", ",Drama\n3,C (1992),Drama\n", 3)]
    [InlineData("movies.dat", "1::A (1990)::Drama\n2::", "::Drama\n3::C (1992)::Drama\n", 2)]
    [InlineData("u.item", "1|A (1990)|||x|0|1\n2|", "|||x|0|1\n3|C (1992)|||x|0|1\n", 2)]
    public void A_movie_of_900_MB_is_passed_over(string name, string before, string after, int line)
    {
        var file = FileOf(name, before, after);

        var movies = Measured(() => MovieReader.Read(file, null, new BadLines(_reports.Add)).Select(x => x.Movie.MovieId).ToList());

        Assert.Equal([1, 3], movies);
        Assert.Equal([$"{name}:{line}: the line is longer than 4 MiB"], _reports);
    }

    [Fact]
    public void A_rating_of_900_MB_is_passed_over()
    {
        var file = FileOf("ratings.csv", "userId,movieId,rating,review\n1,1,5,good\n2,2,5,", "\n3,3,5,good\n");
        using var stream = file.Open();
        var reader = new RatingReader(file, stream, new BadLines(_reports.Add));

        Assert.Equal([1, 3], Measured(() => Ratings(reader).Select(x => x.UserId).ToList()));
        Assert.Equal(["ratings.csv:3: the line is longer than 4 MiB"], _reports);
    }

    [Fact]
    public void A_long_line_before_the_mark_of_an_earlier_import_is_not_told_again()
    {
        var text = $"1,1,5\n2,2,{new string('x', LineReader.LongestLine)}\n3,3,5\n4,4,5\n";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var reader = new RatingReader(
            new DataFile("ratings.csv", text.Length, DateTimeOffset.UnixEpoch, () => Stream.Null), stream, new BadLines(_reports.Add));
        reader.SkipThrough(3);

        Assert.Equal([4], Ratings(reader).Select(x => x.UserId).ToList());
        Assert.Empty(_reports);
    }

    [Fact]
    public void A_field_of_more_than_1_MB_is_told()
    {
        var text = $"user,movie,rating,review\n1,1,5,a\n2,2,5,{new string('x', LineReader.LongestField + 1)}\n3,3,5,b\n";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var reader = new RatingReader(
            new DataFile("ratings.csv", text.Length, DateTimeOffset.UnixEpoch, () => Stream.Null), stream, new BadLines(_reports.Add));

        Assert.Equal([1, 3], Ratings(reader).Select(x => x.UserId).ToList());
        Assert.Equal(["ratings.csv:3: a field is longer than 1 MiB"], _reports);
    }

    [Fact]
    public async Task Movies_too_long_for_a_message_in_a_zip_do_not_end_the_import()
    {
        await using var server = await FakeServer.StartAsync();
        var titles = string.Concat(Enumerable.Range(100, 60).Select(i => $"{i},{new string('t', 60_000)},Drama\n"));
        var path = _folder.WriteZip(
            "ml.zip",
            ("movies.csv", $"movieId,title,genres\n1,A,Drama\n2,{new string('x', 5 << 20)},Drama\n3,{new string('y', 70_000)},Drama\n4,D,Drama\n{titles}"),
            ("ratings.csv", "userId,movieId,rating\n1,1,5\n"));
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("import", path, "--json"));

        Assert.Equal(62, cli.Json.GetProperty("movies").GetInt64());
        Assert.Equal(1, cli.Json.GetProperty("accepted").GetInt64());
        Assert.Contains("movies.csv:3: the line is longer than 4 MiB", cli.Error, StringComparison.Ordinal);
        Assert.Contains("movies.csv:4: rejected: title or genres are too long", cli.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<ParsedRating> Ratings(RatingReader reader)
    {
        while (reader.TryRead(out var rating))
        {
            yield return rating;
        }
    }

    private static T Measured<T>(Func<T> read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = read();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        return result;
    }

    private static DataFile FileOf(string name, string before, string after) =>
        new(name, Huge, DateTimeOffset.UnixEpoch, () => new HugeStream(before, Huge, after));

    /// <summary>Some text, very many times the letter x, some text.</summary>
    private sealed class HugeStream(string before, long middle, string after) : Stream
    {
        private readonly MemoryStream _before = new(Encoding.UTF8.GetBytes(before));
        private readonly MemoryStream _after = new(Encoding.UTF8.GetBytes(after));
        private long _left = middle;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_before.Read(buffer, offset, count) is var read and > 0)
            {
                return read;
            }

            var letters = (int)Math.Min(count, _left);
            buffer.AsSpan(offset, letters).Fill((byte)'x');
            _left -= letters;
            return letters > 0 ? letters : _after.Read(buffer, offset, count);
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
