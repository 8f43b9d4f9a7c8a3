using OnlineCF.Cli.Import;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Import;

public sealed class DatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ratings.csv", "movies.csv")]
    [InlineData("ratings.dat", "movies.dat")]
    [InlineData("u.data", "u.item")]
    public void A_folder_of_any_edition_is_known_by_its_files(string ratings, string movies)
    {
        _folder.Write(ratings, "1,1,1");
        _folder.Write(movies, "1,A");
        _folder.Write("README.txt", "read me");
        _folder.Write("u1.base", "1\t1\t1\t1");

        using var dataset = Dataset.Find(_folder.Path);

        Assert.Equal((ratings, movies), (dataset.Ratings!.Name, dataset.Movies!.Name));
    }

    [Fact]
    public void A_folder_inside_the_folder_is_found()
    {
        _folder.Write(Path.Combine("ml-1m", "ratings.dat"), "1::1::1::1");

        using var dataset = Dataset.Find(_folder.Path);

        Assert.Equal("ratings.dat", dataset.Ratings!.BaseName);
        Assert.Null(dataset.Movies);
    }

    [Fact]
    public void A_zip_with_a_top_folder_is_read_without_unpacking()
    {
        var path = _folder.WriteZip(
            "ml.zip",
            ("__MACOSX/ml-small/ratings.csv", "junk"),
            ("ml-small/ratings.csv", "userId,movieId,rating\n1,2,3\n"),
            ("ml-small/movies.csv", "movieId,title,genres\n2,A (1990),Drama\n"));

        using var dataset = Dataset.Find(path);
        using var stream = dataset.Ratings!.Open();
        var reader = new RatingReader(dataset.Ratings, stream, new BadLines(Assert.Fail));

        Assert.True(reader.TryRead(out var rating));
        Assert.Equal(new ParsedRating(1, 2, 3, null, 2), rating);
        Assert.Equal("ml-small/movies.csv", dataset.Movies!.Name);
        Assert.Equal(1, reader.Fraction);
    }

    [Fact]
    public void A_zip_is_known_by_its_content_not_its_name()
    {
        var path = _folder.WriteZip("download", ("any.csv", "1,2,3\n"));

        using var dataset = Dataset.Find(path);

        Assert.Equal("any.csv", dataset.Ratings!.Name);
    }

    [Fact]
    public void A_broken_zip_is_refused_with_its_name()
    {
        var path = _folder.Write("broken.zip", "PK\u0003\u0004 but nothing else");

        Assert.StartsWith(
            "broken.zip: ", Assert.Throws<InvalidDataException>(() => Dataset.Find(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_single_csv_of_a_folder_is_taken_for_ratings()
    {
        _folder.Write("my-stars.csv", "1,2,3\n");

        using var dataset = Dataset.Find(_folder.Path);

        Assert.Equal("my-stars.csv", dataset.Ratings!.Name);
    }

    [Fact]
    public void Several_unknown_csvs_are_not_guessed_at()
    {
        _folder.Write("a.csv", "1,2,3\n");
        _folder.Write("b.csv", "1,2,3\n");

        var fault = Assert.Throws<InvalidDataException>(() => Dataset.Find(_folder.Path));

        Assert.Contains("name the one to import", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_data_is_refused()
    {
        Assert.Contains(
            "holds neither ratings.csv", Assert.Throws<InvalidDataException>(() => Dataset.Find(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_to_nothing_is_refused()
    {
        Assert.Throws<FileNotFoundException>(() => Dataset.Find(_folder.At("nothing.csv")));
    }

    [Theory]
    [InlineData("films.csv", "movieId,title,genres\n1,A,Drama\n", true)]
    [InlineData("movies.dat", "1::A::Drama\n", true)]
    [InlineData("stars.csv", "user,movie,rating\n1,1,1\n", false)]
    [InlineData("u.data", "1\t1\t1\t1\n", false)]
    [InlineData("empty.csv", "", false)]
    public void A_single_file_is_movies_or_ratings(string name, string text, bool movies)
    {
        var path = _folder.Write(name, text);

        using var dataset = Dataset.Find(path);

        Assert.Equal(movies, dataset.Movies is not null);
        Assert.Equal(!movies, dataset.Ratings is not null);
    }
}
