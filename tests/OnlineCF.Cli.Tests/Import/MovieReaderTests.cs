using OnlineCF.Cli.Import;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Core.Catalogue;

namespace OnlineCF.Cli.Tests.Import;

public sealed class MovieReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _reports = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Csv_has_quoted_titles_and_genres_by_pipes()
    {
        _folder.Write("movies.csv", """
            movieId,title,genres
            1,Toy Story (1995),Adventure|Animation|Children
            11,"American President, The (1995)",Comedy|Drama
            3,"He said ""no"" (2001) ",(no genres listed)
            4,Léon (1994),Drama
            """.ReplaceLineEndings("\r\n"));

        AssertMovies(
            Read(),
            (1, "Toy Story", 1995, "Adventure|Animation|Children"),
            (11, "American President, The", 1995, "Comedy|Drama"),
            (3, "He said \"no\"", 2001, ""),
            (4, "Léon", 1994, "Drama"));
        Assert.Empty(_reports);
    }

    [Fact]
    public void Csv_may_begin_with_a_byte_order_mark_and_lack_a_header()
    {
        _folder.Write("movies.csv", "\uFEFF1,Toy Story (1995),Comedy\n2,Jumanji (1995)\n");

        AssertMovies(Read(), (1, "Toy Story", 1995, "Comedy"), (2, "Jumanji", 1995, ""));
    }

    [Fact]
    public void Csv_in_Utf16_is_read()
    {
        File.WriteAllText(_folder.At("movies.csv"), "movieId,title,genres\n4,Léon (1994),Drama\n", System.Text.Encoding.Unicode);

        AssertMovies(Read(), (4, "Léon", 1994, "Drama"));
        Assert.Empty(_reports);
    }

    [Fact]
    public void Dat_in_Latin1_is_read()
    {
        _folder.WriteLatin1("movies.dat", "1::Toy Story (1995)::Animation|Children's\n73::Misérables, Les (1995)::Drama\n");

        AssertMovies(
            Read(), (1, "Toy Story", 1995, "Animation|Children's"), (73, "Misérables, Les", 1995, "Drama"));
    }

    [Fact]
    public void Dat_in_Utf8_is_read()
    {
        _folder.Write("movies.dat", "73::Misérables, Les (1995)::Drama\n5::A :: B (1990)::Drama\n");

        AssertMovies(Read(), (73, "Misérables, Les", 1995, "Drama"), (5, "A :: B", 1990, "Drama"));
    }

    [Fact]
    public void Item_lines_give_genres_by_the_flags_of_the_genre_file()
    {
        _folder.WriteLatin1("u.genre", "unknown|0\nAction|1\nDrama|2\n\n");
        _folder.WriteLatin1(
            "u.item",
            """
            1|GoldenEye (1995)|01-Jan-1995||http://us.imdb.com/M/title-exact?GoldenEye%20(1995)|0|1|1
            2|Diabolique, La|01-Feb-1996||http://x|0|0|1
            3|Misérables, Les (1995)|01-Jan-1995||http://x|0|0|1
            267|unknown||||1|0|0
            """);

        AssertMovies(
            Read(),
            (1, "GoldenEye", 1995, "Action|Drama"),
            (2, "Diabolique, La", 1996, "Drama"),
            (3, "Misérables, Les", 1995, "Drama"),
            (267, "unknown", 0, ""));
        Assert.Empty(_reports);
    }

    [Fact]
    public void Without_a_genre_file_the_editions_own_genres_are_taken()
    {
        _folder.Write("u.item", "1|Toy Story (1995)|01-Jan-1995||x|0|0|0|1|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n");

        AssertMovies(Read(), (1, "Toy Story", 1995, "Animation|Children's|Comedy"));
    }

    [Theory]
    [InlineData("movies.csv", "movieId,title,genres\n1,A (1990),Drama\nx,B,Drama\n3,C,Drama\n", 3)]
    [InlineData("movies.dat", "1::A (1990)::Drama\nx::B::Drama\n3::C::Drama\n", 2)]
    [InlineData("movies.dat", "1::A (1990)::Drama\nnothing here\n3::C::Drama\n", 2)]
    [InlineData("u.item", "1|A (1990)|||x|0|1\nx|B\n3|C|||x|0|1\n", 2)]
    public void A_bad_line_is_reported_and_skipped(string name, string text, int badLine)
    {
        _folder.Write(name, text);

        Assert.Equal([1L, 3L], Read().Select(x => x.MovieId));
        Assert.StartsWith($"{name}:{badLine}: ", Assert.Single(_reports), StringComparison.Ordinal);
    }

    private static void AssertMovies(List<Movie> movies, params (long Id, string Title, int Year, string Genres)[] expected) =>
        Assert.Equal(expected, movies.Select(x => (x.MovieId, x.Title, x.Year, string.Join('|', x.Genres))));

    private List<Movie> Read()
    {
        using var dataset = Dataset.Find(_folder.Path);
        return [.. MovieReader.Read(dataset.Movies!, dataset.Genres, new BadLines(_reports.Add)).Select(x => x.Movie)];
    }
}
