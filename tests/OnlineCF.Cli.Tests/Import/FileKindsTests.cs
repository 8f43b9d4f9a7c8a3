using System.Globalization;
using System.IO.Compression;
using System.Text;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Local;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Tests.Import;

/// <summary>Files as people bring them: each kind is read as it is meant, or refused before anything is sent.</summary>
public sealed class FileKindsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tens.csv", "user,movie,rating\n1,1,3\n1,2,8\n", "tens.csv:3: rating 8 is beyond 5 stars, so the file has another scale. Say which, and its values become 0.5 to 5 stars: --scale 0-10")]
    [InlineData("percent.csv", "1,1,3\n1,2,88\n", "--scale 0-100")]
    [InlineData("wide.csv", "userId,10,20,30\n1,5,4,3\n", "a table with a column for each movie")]
    [InlineData("plays.csv", "user,item,plays\n1,5,400\n", "counts, not ratings")]
    [InlineData("five.csv", "1,2,3,4,5\n", "say which is which: --columns user=1,movie=2,rating=3,time=4")]
    [InlineData("names.csv", "alice,matrix,5\nbob,heat,4\n", "--text-ids")]
    [InlineData("ids.csv", "user,movie,rating\nalice,7,5\nbob,8,4\n", "user 'alice' is not a whole number. Where ids are names, --text-ids")]
    [InlineData("dates.csv", "user,movie,rating,date\n1,7,5,03/04/2015\n", "--date-format")]
    [InlineData("day.csv", "user,movie,rating,date\n1,7,5,20200101\n", "timestamp '20200101' is neither")]
    [InlineData("films.csv", "movieId,title\nx,A\ny,B\n", "no line of films.csv can be used")]
    [InlineData("site.csv", "movie_id,rating,date,average_rating,imdb_id,tmdb_id,title\n7,4,2020-01-01 10:00:00,3.9,1,2,Heat (1995)\n", "give --user NUMBER")]
    [InlineData("times.csv", "1,2,964982703\n", "is no rating on any scale. Say which column is which")]
    [InlineData("years.csv", "movieId,title\n7,(2001)\n", "no line of years.csv can be used")]
    [InlineData("boxd.csv", "Date,Name,Year,Letterboxd URI,Rating\n2020-01-01,Heat,1995,u,4\n", "give --user")]
    public async Task What_is_not_understood_is_refused_before_anything_is_sent(string name, string text, string error)
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.NotEqual(ExitCodes.Ok, await cli.RunAsync("import", _folder.Write(name, text)));

        Assert.Contains(error, cli.Error, StringComparison.Ordinal);
        Assert.Empty(server.State.Batches);
        Assert.Empty(server.State.Movies);
    }

    [Theory]
    [InlineData("u,m,r\n1,7,4.5\n", "--columns", "user=u,movie=m,rating=r")]
    [InlineData("4.5,x,7,y,1\n", "--columns", "user=5,movie=3,rating=1")]
    [InlineData("user,movie,rating\n1,7,9\n", "--scale", "1-10")]
    [InlineData("user,movie,rating,at\n1,7,4.5,12.2.2015 8:05\n", "--columns", "user=user,movie=movie,rating=rating,time=at", "--date-format", "d.M.yyyy H:mm")]
    [InlineData("movie_id,rating,title\n7,4.5,Heat\n", "--user", "1")]
    [InlineData("user;movie;rating\n1;7;4,5\n")]
    [InlineData("user_id,text,movie_id,rating\n1,\"two\nlines, and \"\"more\"\"\",7,4.5\n")]
    public async Task What_was_said_of_a_file_is_done(string text, params string[] options)
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["import", _folder.Write("file.csv", text), .. options]));

        var rating = Assert.Single(server.State.Batches.SelectMany(batch => batch.Ratings));
        Assert.Equal((1, 7), (rating.UserId, rating.MovieId));
        Assert.Equal(4.5, rating.Value, 0.01);
        if (options.Contains("--date-format"))
        {
            Assert.Equal(new DateTime(2015, 2, 12, 8, 5, 0, DateTimeKind.Utc), rating.RatedAt.ToDateTime());
        }
    }

    [Theory]
    [InlineData("0-10", "0", 0.5)]
    [InlineData("0-10", "5", 2.75)]
    [InlineData("0-10", "10", 5)]
    [InlineData("1-13", "13", 5)]
    [InlineData("0-100", "50", 2.75)]
    public async Task Scale_is_mapped_linearly(string scale, string value, double stars)
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", _folder.Write("file.csv", $"1,7,{value}\n"), "--scale", scale));

        Assert.Equal(stars, server.State.Batches.Single().Ratings.Single().Value, 1e-6);
    }

    [Theory]
    [InlineData("--columns", "user=a,movie=b")]
    [InlineData("--columns", "user=a,movie=b,rating=c,what=d")]
    [InlineData("--scale", "10-0")]
    [InlineData("--scale", "ten")]
    [InlineData("--user", "0")]
    public async Task Options_that_make_no_sense_are_usage_errors(string option, string value)
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("import", _folder.Write("file.csv", "1,7,4\n"), option, value));
        Assert.Empty(server.State.Batches);
    }

    [Fact]
    public async Task Ratings_with_titles_are_ratings_and_movies()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);
        var path = _folder.Write(
            "all.csv", "userId,movieId,rating,title,genres\n1,7,4,Heat (1995),Crime|Drama\n2,7,5,Heat (1995),Crime|Drama\n1,8,3,\"Net, The (1995)\",Action\n");

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", path, "--json"));

        Assert.Equal((3, 2), (cli.Json.GetProperty("accepted").GetInt32(), cli.Json.GetProperty("movies").GetInt32()));
        Assert.Equal([(7L, "Heat", 1995), (8L, "Net, The", 1995)], server.State.Movies.Select(movie => (movie.MovieId, movie.Title, movie.Year)));
    }

    [Theory]
    [InlineData("movieId,title,year,genres\n7,Heat,1995,\"Crime, Drama\"\n")]
    [InlineData("movieId,title,release_date,genres\n7.0,Heat,1995-12-15,\"[\"\"Crime\"\", \"\"Drama\"\"]\"\n")]
    [InlineData("movieId,title,release_date,genres\n7,Heat,1995-12-15,\"[{'id': 80, 'name': 'Crime'}, {'id': 18, 'name': 'Drama'}]\"\n")]
    [InlineData("movieId,title,genres\n7,Heat (1995),Crime|Drama\n")]
    public async Task Genres_and_years_are_read_as_they_are_written(string text)
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", _folder.Write("movies.csv", text)));

        var movie = Assert.Single(server.State.Movies);
        Assert.Equal((7, "Heat", 1995, "Crime|Drama"), ((int)movie.MovieId, movie.Title, movie.Year, string.Join('|', movie.Genres)));
    }

    [Fact]
    public async Task Packed_and_utf_16_files_are_read()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);
        var packed = _folder.At("ratings.csv.gz");
        await using (var gzip = new GZipStream(File.Create(packed), CompressionMode.Compress))
        {
            await gzip.WriteAsync("user,movie,rating\n1,7,4\n"u8.ToArray(), Token);
        }

        var wide = _folder.At("wide.csv");
        await File.WriteAllTextAsync(wide, "user,movie,rating\n2,7,4\n", Encoding.Unicode, Token);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", packed));
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", wide));

        Assert.Equal([1L, 2L], server.State.Batches.SelectMany(batch => batch.Ratings).Select(rating => rating.UserId));
    }

    [Fact]
    public async Task Blocks_of_movies_are_read_on_from_file_to_file_and_over_an_interruption()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);
        var text = new StringBuilder("7:\n");
        for (var user = 1; user <= 20_000; user++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{user},{(user % 5) + 1},2005-09-06\n");
        }

        _folder.Write("combined_data_1.txt", text.ToString());
        _folder.Write("combined_data_2.txt", "8:\n1,3,2005-09-07\n");
        _folder.Write("movie_titles.csv", "7,1995,Heat\n8,NULL,Two, with a comma\n");
        using var ctrlC = new CancellationTokenSource();
        server.State.BeforeBatch = batch => batch == 12 ? ctrlC.CancelAsync() : Task.CompletedTask;
        Assert.Equal(ExitCodes.Interrupted, await cli.RunAsync(ctrlC.Token, "import", _folder.Path));
        server.State.BeforeBatch = _ => Task.CompletedTask;

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", _folder.Path, "--json"));

        Assert.True(cli.Json.GetProperty("resumed_after_line").GetInt64() > 0);
        Assert.Equal(20_001, server.State.Ratings.Count);
        Assert.Equal([8L], server.State.Ratings.Values.Where(rating => rating.MovieId != 7).Select(rating => rating.MovieId));
        Assert.Contains(server.State.Movies, movie => (movie.MovieId, movie.Title, movie.Year) == (8, "Two, with a comma", 0));
    }

    [Fact]
    public async Task Names_get_the_same_numbers_every_time_and_movies_are_called_by_them()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);
        var path = _folder.Write("names.csv", "user,asin,rating\nalice,B01,5\nbob,B01,4\nalice,\"B\n,02\",3\nB01,alice,2\n");

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", path, "--text-ids", "--json"));
        Assert.Equal(4, cli.Json.GetProperty("accepted").GetInt32());
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", path, "--text-ids", "--json"));
        Assert.Equal(4, cli.Json.GetProperty("duplicate").GetInt32());

        Assert.Equal(["B\n,02", "B01", "alice"], server.State.Movies.Select(movie => movie.Title).Order(StringComparer.Ordinal));
        var kept = File.ReadLines(Path.Combine(cli.StateFolder, "names.csv")).Select(line => line.Split(',')).DistinctBy(x => x[0]).ToDictionary(x => x[0], x => long.Parse(x[^1], CultureInfo.InvariantCulture));
        Assert.Equal(["B01", "B\\n", "alice", "bob"], kept.Keys.Order(StringComparer.Ordinal));
        Assert.All(kept.Values, number => Assert.InRange(number, 1L << 52, (1L << 53) - 1));
        Assert.Contains(server.State.Ratings.Values, rating => (rating.UserId, rating.MovieId) == (kept["bob"], kept["B01"]));
    }

    [Fact]
    public async Task One_persons_export_is_matched_by_title_and_year()
    {
        await using var server = await ThrowAwayServer.StartAsync(
            0, ["--Server:HttpPort=0", "--Server:GrpcPort=0", "--Training:Automatic=false"], Token);
        var cli = new CliRun(_folder, server.GrpcAddress);
        await cli.RunAsync("import", _folder.Write(
            "movies.csv", "movieId,title,genres\n1,\"Good, the Bad and the Ugly, The (1966)\",Western\n2,Heat (1995),Crime\n3,Heat (1986),Crime\n"));

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", "--user", "9", "--json", _folder.Write(
            "boxd.csv",
            "Date,Name,Year,Letterboxd URI,Rating\n2020-05-04,Heat,1995,https://a.example,4.5\n2020-05-05,\"The Good, the Bad and the Ugly\",1966,https://b.example,5\n")));
        Assert.Equal(2, cli.Json.GetProperty("accepted").GetInt32());
        Assert.Equal(ExitCodes.Error, await cli.RunAsync("import", "--user", "8", "--json", _folder.Write(
            "imdb.csv",
            "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year\ntt1,7,2014-07-22,Heat,u,movie,7.3,95,1986\ntt2,7,2014-07-22,Nobody Knows,u,movie,7.3,95,1999\n")));
        Assert.Contains("imdb.csv:3: the catalogue has no such film, or several: Nobody Knows (1999)", cli.Error, StringComparison.Ordinal);

        using var connection = new ServerConnection(server.GrpcAddress, token: null);
        var letterboxd = await connection.Ratings.ListRatingsAsync(new ListRatingsRequest { UserId = 9 }, cancellationToken: Token);
        var imdb = await connection.Ratings.ListRatingsAsync(new ListRatingsRequest { UserId = 8 }, cancellationToken: Token);
        Assert.Equal([(1L, 5f), (2L, 4.5f)], letterboxd.Ratings.Select(rating => (rating.MovieId, rating.Value)).Order());
        Assert.Equal([(3L, 3.5f)], imdb.Ratings.Select(rating => (rating.MovieId, rating.Value)));
    }
}
