using OnlineCF.Cli.Import;

namespace OnlineCF.Cli.Tests.Import;

public sealed class RatingReaderTests
{
    private const long Micros = 1_000_000;
    private readonly List<string> _reports = [];

    [Theory]
    [InlineData("196\t242\t3\t881250949\n186\t302\t3\t891717742\n", 1)]
    [InlineData("196::242::3::881250949\n186::302::3::891717742\n", 1)]
    [InlineData("userId,movieId,rating,timestamp\n196,242,3.0,881250949\n186,302,3.0,891717742\n", 2)]
    [InlineData("userId,movieId,rating,timestamp\r\n196,242,3.0,881250949\r\n186,302,3.0,891717742\r\n", 2)]
    [InlineData("\uFEFFuserId,movieId,rating,timestamp\n196,242,3.0,881250949\n186,302,3.0,891717742", 2)]
    [InlineData("196,242,3,881250949\n186,302,3,891717742\n", 1)]
    [InlineData("196;242;3;881250949\n186;302;3;891717742\n", 1)]
    [InlineData("\"196\", \"242\", \"3\", \"881250949\"\n186, 302, 3, 891717742\n", 1)]
    [InlineData("timestamp,rating,movie_id,user_id\n881250949,3,242,196\n891717742,3,302,186\n", 2)]
    [InlineData("user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t242\t3.0\t881250949.0\n186\t302\t3\t891717742\n", 2)]
    [InlineData("UID,review,ASIN,Stars,Date\n196,\"a, b\",242,3,1997-12-04 15:55:49 UTC\n186,\"\"\"x\"\"\",302,3,891717742000000\n", 2)]
    [InlineData("user,movie,rating,time\n196.0,242.0,3.0,881250949000000000\n186,302,3,891717742\n", 2)]
    [InlineData("196,242,3,1997-12-04T15:55:49Z\n186,302,3,891717742000\n", 1)]
    public void Every_form_of_a_ratings_file_gives_the_same_ratings(string text, int firstLine)
    {
        var ratings = Read(text);

        Assert.Equal(
            [
                new ParsedRating(196, 242, 3, 881250949 * Micros, firstLine),
                new ParsedRating(186, 302, 3, 891717742 * Micros, firstLine + 1),
            ],
            ratings);
        Assert.Empty(_reports);
    }

    [Fact]
    public void Without_a_timestamp_column_there_is_no_time()
    {
        Assert.Equal([new ParsedRating(1, 2, 4.5f, null, 2)], Read("user,movie,rating\n1,2,4.5\n"));
    }

    [Fact]
    public void Fractions_of_a_second_are_kept()
    {
        Assert.Equal(881250949_250_000, Read("1,2,4,881250949.25").Single().RatedAtMicros);
    }

    [Theory]
    [InlineData("x,2,3", "user 'x' is not a whole number")]
    [InlineData("1,2.5,3", "movie '2.5' is not a whole number")]
    [InlineData("1,2,good", "rating 'good' is not a number")]
    [InlineData("1,2,3,yesterday", "timestamp 'yesterday' is neither")]
    [InlineData("1,2", "fewer fields than user, movie, rating")]
    [InlineData("99999999999999999999,2,3", "is not a whole number")]
    [InlineData("2,2,\"3,5\"", "rating '3,5' is not a number")]
    [InlineData("2,2, \"3,5\",4", "rating '3,5' is not a number")]
    [InlineData("\"1,000\",2,3", "user '1,000' is not a whole number")]
    [InlineData("1,2,3,\"1,000\"", "timestamp '1,000' is neither")]
    [InlineData("1,2,\"3", "rating '\"3' is not a number")]
    public void A_bad_line_is_reported_with_its_place_and_skipped(string line, string reason)
    {
        var ratings = Read($"userId,movieId,rating,timestamp\n1,1,5,10\n{line}\n3,3,3,30\n");

        Assert.Equal([1, 3], ratings.Select(x => x.UserId));
        Assert.StartsWith("ratings.csv:3: ", Assert.Single(_reports), StringComparison.Ordinal);
        Assert.Contains(reason, _reports[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_first_twenty_bad_lines_are_told_and_the_rest_counted()
    {
        var bad = new BadLines(_reports.Add);
        Assert.Single(Read("1,1,5\n" + string.Concat(Enumerable.Repeat("bad,bad,bad\n", 25)), bad));
        bad.Summarize("lines could not be used");

        Assert.Equal(25, bad.Count);
        Assert.Equal(21, _reports.Count);
        Assert.Equal("5 more lines could not be used.", _reports[^1]);
    }

    [Fact]
    public void An_empty_file_has_no_rating()
    {
        Assert.Empty(Read(""));
    }

    [Fact]
    public void A_file_of_something_else_is_refused_with_its_name()
    {
        var fault = Assert.Throws<InvalidDataException>(() => Read("Once upon a time\nthere was a king.\n"));

        Assert.StartsWith("ratings.csv: The first line has no three fields", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_without_a_rating_column_is_refused()
    {
        var fault = Assert.Throws<InvalidDataException>(() => Read("userId,movieId,tag,timestamp\n2,60756,funny,1445714994\n"));

        Assert.Contains("it has userId, movieId, tag, timestamp", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_data_line_that_is_bad_is_not_taken_for_a_header()
    {
        Assert.Equal([3], Read("1,2,bad\n3,4,5\n").Select(x => x.UserId));
        Assert.StartsWith("ratings.csv:1: ", Assert.Single(_reports), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_already_imported_are_passed_over()
    {
        using var stream = Stream("userId,movieId,rating\n1,1,1\nbad\n2,2,2\n3,3,3\n");
        var reader = new RatingReader(File(stream.Length), stream, new BadLines(_reports.Add));
        reader.SkipThrough(4);

        Assert.True(reader.TryRead(out var rating));
        Assert.Equal(new ParsedRating(3, 3, 3, null, 5), rating);
        Assert.Empty(_reports);
    }

    private static MemoryStream Stream(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));

    private static DataFile File(long length) => new("ratings.csv", length, DateTimeOffset.UnixEpoch, () => System.IO.Stream.Null);

    private List<ParsedRating> Read(string text, BadLines? badLines = null)
    {
        using var stream = Stream(text);
        var reader = new RatingReader(File(stream.Length), stream, badLines ?? new BadLines(_reports.Add));
        var ratings = new List<ParsedRating>();
        while (reader.TryRead(out var rating))
        {
            ratings.Add(rating);
        }

        return ratings;
    }
}
