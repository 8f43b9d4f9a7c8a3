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
        Assert.Empty(await Catalog.SearchAsync("matrix", 10, Token));
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
    public async Task Later_movie_of_the_same_id_wins_also_in_the_index()
    {
        await Catalog.UpsertAsync([Movie(1, "First"), Movie(1, "Second")], Token);
        await Catalog.UpsertAsync([Movie(1, "Third")], Token);

        Assert.Equal("Third", (await Catalog.FindAsync(1, Token))!.Title);
        Assert.Empty(await SearchAsync("first"));
        Assert.Empty(await SearchAsync("second"));
        Assert.Equal(["Third"], await SearchAsync("third"));
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
        Assert.Equal(["Heat"], await SearchAsync("heat"));
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

    [Theory]
    [InlineData("the matrix", "Matrix, The")]
    [InlineData("MATRIX", "Matrix, The")]
    [InlineData("matr", "Matrix, The")]
    [InlineData("amelie", "Amélie")]
    [InlineData("AMÉLIE", "Amélie")]
    [InlineData("ame\u0301lie", "Amélie")]
    [InlineData("fabuleux destin amel", "Amélie (Fabuleux destin d'Amélie Poulain, Le)")]
    [InlineData("l'avventura", "Avventura, L' (Adventure, The)")]
    [InlineData("wall·e", "WALL·E")]
    [InlineData("wall-e", "WALL·E")]
    [InlineData("2001", "2001: A Space Odyssey")]
    [InlineData("\"space\" AND odyssey", "2001: A Space Odyssey and back")]
    [InlineData("七人の侍", "七人の侍")]
    [InlineData("$", "$ (Dollars)")]
    [InlineData("👻", "👻")]
    public async Task Query_finds_the_title(string query, string title)
    {
        await Catalog.UpsertAsync([Movie(1, title), Movie(2, "Heat"), Movie(3, "")], Token);

        Assert.Equal([title], await SearchAsync(query));
    }

    [Theory]
    [InlineData("matrix heat")]
    [InlineData("atrix")]
    [InlineData("mat rix")]
    [InlineData("mat the")]
    public async Task Title_without_every_word_is_not_found(string query)
    {
        await Catalog.UpsertAsync([Movie(1, "Matrix, The"), Movie(2, "Heat")], Token);

        Assert.Empty(await SearchAsync(query));
    }

    [Fact]
    public async Task Exact_titles_come_first_then_the_closest()
    {
        await Catalog.UpsertAsync(
            [
                Movie(1, "Aliens vs. Predator: Requiem"),
                Movie(2, "Aliens"),
                Movie(3, "Alien: Resurrection"),
                Movie(4, "Alien"),
                Movie(5, "Alien³ (Alien 3)"),
                Movie(6, "My Stepmother Is an Alien, and Nobody in Town Believes It"),
            ],
            Token);

        var found = await SearchAsync("alien");
        Assert.Equal(["Alien", "Aliens"], found.Take(2));
        Assert.Equal("My Stepmother Is an Alien, and Nobody in Town Believes It", found[^1]);
        Assert.Equal(6, found.Count);
        Assert.Equal(["Alien", "Aliens"], await SearchAsync("alien", limit: 2));
    }

    [Fact]
    public async Task Article_moved_to_the_end_does_not_hide_an_exact_title()
    {
        await Catalog.UpsertAsync(
            [Movie(1, "The Matrix Revisited"), Movie(2, "Matrix Reloaded, The"), Movie(3, "Matrix, The")], Token);

        Assert.Equal("Matrix, The", (await SearchAsync("the matrix"))[0]);
    }

    [Fact]
    public async Task Equal_matches_come_by_title()
    {
        await Catalog.UpsertAsync([Movie(3, "Love B"), Movie(2, "Love A"), Movie(1, "Love C")], Token);

        Assert.Equal(["Love A", "Love B", "Love C"], await SearchAsync("love"));
    }

    [Fact]
    public async Task Hidden_movies_are_not_found_until_they_are_shown()
    {
        await Catalog.UpsertAsync([Movie(1, "Heat") with { Hidden = true }, Movie(2, "$") with { Hidden = true }], Token);
        Assert.Empty(await SearchAsync("heat"));
        Assert.Empty(await SearchAsync("$"));

        await Catalog.UpsertAsync([Movie(1, "Heat")], Token);
        Assert.Equal(["Heat"], await SearchAsync("heat"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\"")]
    [InlineData("\"unbalanced")]
    [InlineData("' OR 1=1 --")]
    [InlineData("AND OR NOT NEAR(a b)")]
    [InlineData("title:heat ^heat heat* + - ( ) { } : @ # %")]
    [InlineData("*")]
    [InlineData("\0")]
    [InlineData("he\0at")]
    [InlineData("🎬🔥")]
    [InlineData("\u0301")]
    [InlineData("a\u200db\ufeff")]
    [InlineData("%_\\")]
    public async Task Any_text_is_a_query(string query)
    {
        await Catalog.UpsertAsync([Movie(1, "Heat")], Token);

        Assert.Empty((await SearchAsync(query)).Except(["Heat"]));
    }

    [Theory]
    [InlineData("a", 10_000)]
    [InlineData("a ", 5_000)]
    [InlineData("\"", 10_000)]
    [InlineData("\ud83d", 10_000)]
    [InlineData("é(", 5_000)]
    public async Task Long_text_is_a_query(string piece, int times)
    {
        await Catalog.UpsertAsync([Movie(1, "Heat")], Token);

        Assert.Empty(await SearchAsync(string.Concat(Enumerable.Repeat(piece, times))));
        Assert.Empty(await SearchAsync(string.Join(' ', Enumerable.Range(0, 2000))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Random_text_is_a_query(int seed)
    {
        await Catalog.UpsertAsync([Movie(1, "Heat")], Token);
        var random = new Random(seed);
        for (var i = 0; i < 300; i++)
        {
            var query = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(3) == 0
                ? (char)random.Next(0, 0x10000)
                : "\"'*()^:+-{} \0aé"[random.Next(15)]));
            await Catalog.SearchAsync(query, 10, Token);
        }
    }

    protected static Movie Movie(long id, string title) => new(id, title, 1999, ["Drama"], Hidden: false);

    protected async Task<IReadOnlyList<string>> SearchAsync(string query, int limit = 10) =>
        [.. (await Catalog.SearchAsync(query, limit, Token)).Select(m => m.Title)];

    private static void AssertSame(Movie expected, Movie? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Genres, actual.Genres);
        Assert.Equal(expected with { Genres = [] }, actual with { Genres = [] });
    }
}
