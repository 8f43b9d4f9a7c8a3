using OnlineCF.Core.Catalogue;

namespace OnlineCF.Storage.Tests.Contracts;

/// <summary>What every catalogue must do.</summary>
public abstract class CatalogContract
{
    protected abstract ICatalog Catalog { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Closes the store and opens it again.</summary>
    protected abstract void Reopen();

    [Fact]
    public async Task New_catalogue_is_empty()
    {
        Assert.Null(await Catalog.FindAsync(1, Token));
        var changes = await Catalog.ReadChangesAsync(0, 10, Token);
        Assert.Equal((0, 0L), (changes.Movies.Count, changes.Version));
    }

    [Fact]
    public async Task Movie_outlives_the_process()
    {
        var movie = new Movie(long.MaxValue, "L'\"été\" \0 🎬 100 %", -44, ["Film-Noir", "a|b", "", "(no genres listed)"], Hidden: true);
        await Catalog.UpsertAsync([movie, new Movie(2, "", 0, [], Hidden: false)], Token);

        Reopen();

        AssertSame(movie, await Catalog.FindAsync(long.MaxValue, Token));
        AssertSame(new Movie(2, "", 0, [], Hidden: false), await Catalog.FindAsync(2, Token));
    }

    [Fact]
    public async Task Later_movie_of_the_same_id_wins()
    {
        await Catalog.UpsertAsync([Movie(1, "First"), Movie(1, "Second")], Token);
        await Catalog.UpsertAsync([Movie(1, "Third")], Token);

        Assert.Equal("Third", (await Catalog.FindAsync(1, Token))!.Title);
    }

    public static TheoryData<MovieFields> EverySetOfFields => [.. Enumerable.Range(0, (int)MovieFields.All + 1).Select(x => (MovieFields)x)];

    [Theory]
    [MemberData(nameof(EverySetOfFields))]
    public async Task What_an_update_does_not_bring_stays(MovieFields fields)
    {
        var (old, brought) = (new Movie(1, "Old", 1999, ["Drama"], Hidden: true), new Movie(1, "New", 0, [], Hidden: false));
        await Catalog.UpsertAsync([old], Token);
        await Catalog.UpsertAsync([new MovieUpdate(brought, fields)], Token);
        Reopen();

        AssertSame(
            new Movie(
                1,
                fields.HasFlag(MovieFields.Title) ? "New" : "Old",
                fields.HasFlag(MovieFields.Year) ? 0 : 1999,
                fields.HasFlag(MovieFields.Genres) ? [] : ["Drama"],
                Hidden: !fields.HasFlag(MovieFields.Hidden)),
            await Catalog.FindAsync(1, Token));
    }

    [Fact]
    public async Task What_is_not_brought_of_a_new_movie_is_unknown()
    {
        await Catalog.UpsertAsync([new MovieUpdate(Movie(1, "Heat") with { Hidden = true }, MovieFields.Title)], Token);

        AssertSame(new Movie(1, "Heat", 0, [], Hidden: false), await Catalog.FindAsync(1, Token));
    }

    [Fact]
    public async Task Updates_of_one_movie_in_one_commit_are_applied_in_order()
    {
        await Catalog.UpsertAsync(
            [
                Movie(1, "First") with { Hidden = true },
                new MovieUpdate(Movie(1, "Second") with { Year = 2000 }, MovieFields.Title),
                new MovieUpdate(Movie(1, "Third") with { Year = 2001 }, MovieFields.Year),
            ],
            Token);

        AssertSame(new Movie(1, "Second", 2001, ["Drama"], Hidden: true), await Catalog.FindAsync(1, Token));
        Assert.Equal(["Second"], (await Catalog.ReadChangesAsync(0, 10, Token)).Movies.Select(x => x.Title));
    }

    [Fact]
    public async Task Updates_at_the_same_time_lose_none_of_their_fields()
    {
        await Catalog.UpsertAsync([Movie(1, "Old")], Token);

        await Task.WhenAll(
            Catalog.UpsertAsync([new MovieUpdate(Movie(1, "New"), MovieFields.Title)], Token).AsTask(),
            Catalog.UpsertAsync([new MovieUpdate(Movie(1, "") with { Year = 2001 }, MovieFields.Year)], Token).AsTask(),
            Catalog.UpsertAsync([new MovieUpdate(Movie(1, "") with { Hidden = true }, MovieFields.Hidden)], Token).AsTask());

        AssertSame(new Movie(1, "New", 2001, ["Drama"], Hidden: true), await Catalog.FindAsync(1, Token));
    }

    [Fact]
    public async Task Every_change_is_seen_once_whatever_the_page()
    {
        var first = await Catalog.UpsertAsync([.. Enumerable.Range(1, 25).Select(i => Movie(i, $"Movie {i}"))], Token);
        var second = await Catalog.UpsertAsync([Movie(3, "Movie 3 again"), Movie(26, "Movie 26")], Token);
        Assert.InRange(second, first + 1, long.MaxValue);
        Reopen();

        var seen = new List<long>();
        var version = 0L;
        for (var page = await Catalog.ReadChangesAsync(0, 4, Token); page.Movies.Count > 0; page = await Catalog.ReadChangesAsync(version, 4, Token))
        {
            Assert.InRange(page.Version, version + 1, second);
            Assert.InRange(page.Movies.Count, 1, 4);
            version = page.Version;
            seen.AddRange(page.Movies.Select(m => m.MovieId));
        }

        Assert.Equal(second, version);
        Assert.Equal([1L, 2, .. Enumerable.Range(4, 22).Select(i => (long)i), 3, 26], seen);
        Assert.Equal(second, (await Catalog.ReadChangesAsync(second, 10, Token)).Version);
        Assert.Equal(second, await Catalog.UpsertAsync([], Token));
    }

    protected static Movie Movie(long id, string title) => new(id, title, 1999, ["Drama"], Hidden: false);

    private static void AssertSame(Movie expected, Movie? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Genres, actual.Genres);
        Assert.Equal(expected with { Genres = [] }, actual with { Genres = [] });
    }
}
