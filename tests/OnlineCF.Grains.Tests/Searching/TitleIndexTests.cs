using OnlineCF.Core.Catalogue;
using OnlineCF.Grains.Searching;
using OnlineCF.Grains.Tests.Recommending;

namespace OnlineCF.Grains.Tests.Searching;

public sealed class TitleIndexTests : IDisposable
{
    private readonly EngineBench _bench = new();
    private readonly TitleIndex _index;
    private long _next;

    public TitleIndexTests() => _index = new TitleIndex(_bench.Catalog, _bench.Popularity);

    public void Dispose()
    {
        _index.Dispose();
        _bench.Dispose();
    }

    [Theory]
    [InlineData("Matrix, The", "Matrix, The")]
    [InlineData("the matrix", "Matrix, The")]
    [InlineData("MATRIX", "Matrix, The")]
    [InlineData("matr", "Matrix, The")]
    [InlineData("matrix 1999", "Matrix, The")]
    [InlineData("Matrix, The (1999)", "Matrix, The")]
    [InlineData("a matrix", "Matrix, The")]
    [InlineData("godfathr", "Godfather, The")]
    [InlineData("godfahter", "Godfather, The")]
    [InlineData("shawshenk redemtion", "Shawshank Redemption, The")]
    [InlineData("spiderman", "Spider-Man")]
    [InlineData("spider man", "Spider-Man")]
    [InlineData("xmen", "X-Men")]
    [InlineData("x men", "X-Men")]
    [InlineData("schindlers list", "Schindler's List")]
    [InlineData("schindler's list", "Schindler's List")]
    [InlineData("schindler’s list", "Schindler's List")]
    [InlineData("list schindlers", "Schindler's List")]
    [InlineData("rocky 2", "Rocky II")]
    [InlineData("rocky ii", "Rocky II")]
    [InlineData("rocky 5", "Rocky V")]
    [InlineData("v vendetta", "V for Vendetta")]
    [InlineData("rocky v", "Rocky V")]
    [InlineData("spy x", "Spy x Family")]
    [InlineData("toy story ii", "Toy Story 2")]
    [InlineData("strasse", "Lange Straße")]
    [InlineData("lodz", "Łódź")]
    [InlineData("amelie", "Amélie")]
    [InlineData("ame\u0301lie", "Amélie")]
    [InlineData("fast and furious", "Fast & Furious")]
    [InlineData("alien 3", "Alien³")]
    [InlineData("神隠し", "千と千尋の神隠し")]
    [InlineData("$", "$")]
    [InlineData("star wa", "Star Wars")]
    [InlineData("starwars", "Star Wars")]
    public async Task Query_finds_the_title_first(string query, string title)
    {
        await AddAsync(
            "Matrix, The", "Godfather, The", "Shawshank Redemption, The", "Spider-Man", "X-Men", "Schindler's List", "Rocky II",
            "Rocky V", "V for Vendetta", "Lange Straße", "Łódź", "Amélie", "Fast & Furious", "Alien³", "千と千尋の神隠し", "$", "Star Wars", "", "Spy x Family", "Toy Story 2");

        Assert.Equal(title, _index.Search(query, 5)[0].Title);
    }

    [Theory]
    [InlineData("matrix heat")]
    [InlineData("atrix reloaded")]
    [InlineData("the")]
    [InlineData("matrix 1998")]
    [InlineData("mtrx")]
    [InlineData("?!")]
    [InlineData("   ")]
    [InlineData("\ud800")]
    public async Task What_no_title_is_like_is_not_found(string query)
    {
        await AddAsync("Matrix", "Heat", "");

        Assert.Empty(_index.Search(query, 5));
    }

    [Fact]
    public async Task What_most_have_rated_comes_first_of_titles_that_fit_alike()
    {
        await AddAsync("Star Wars: The Clone Wars", "Star Wars: Episode IV - A New Hope", "Star Wars: Episode V", "Stars and Wars");
        _bench.Popularity.Table.Apply([EngineBench.LikedMovie(2, 250), EngineBench.LikedMovie(3, 200), EngineBench.LikedMovie(4, 1)], sequence: 1);

        Assert.Equal([2L, 3L, 1L], Ids("star wars"));
    }

    [Fact]
    public async Task Title_that_is_the_query_comes_before_longer_ones_that_are_better_known()
    {
        await AddAsync("Heathers", "Heat of the Night, In the", "Heat");
        _bench.Popularity.Table.Apply([EngineBench.LikedMovie(1, 40), EngineBench.LikedMovie(2, 40)], sequence: 1);

        Assert.Equal(3L, Ids("heat")[0]);
        Assert.Equal([1L, 2L, 3L], Ids("heat").Order());
    }

    [Fact]
    public async Task Letters_are_wrong_only_where_nothing_fits()
    {
        await AddAsync("Heat", "Heart");

        Assert.Equal([2L], Ids("heart"));
        Assert.Equal([1L], Ids("heat"));
        Assert.Equal([1L, 2L], Ids("heaet").Order());
    }

    [Fact]
    public async Task Catalogue_is_followed()
    {
        await AddAsync("First", "Other");
        Assert.Equal([1L], Ids("first"));

        await _bench.UpsertAsync(new Movie(1, "Second", 0, [], Hidden: false), new Movie(3, "First", 2001, [], Hidden: false));
        Assert.Equal([3L], Ids("first"));
        Assert.Equal([1L], Ids("second"));

        await _bench.UpsertAsync(new Movie(3, "First", 2002, [], Hidden: false));
        Assert.Empty(Ids("first 2001"));
        Assert.Equal([3L], Ids("first 2002"));

        await _bench.UpsertAsync(new Movie(3, "First", 2002, [], Hidden: true));
        Assert.Empty(Ids("first"));
        await _bench.UpsertAsync(new Movie(3, "First", 2002, [], Hidden: false));
        Assert.Equal([3L], Ids("first"));
    }

    [Fact]
    public async Task No_more_than_asked_for_are_given_best_first()
    {
        await AddAsync([.. Enumerable.Range(1, 300).Select(i => $"Love {i}")]);
        _bench.Popularity.Table.Apply(Enumerable.Range(1, 300).Select(i => EngineBench.LikedMovie(i, i)), sequence: 1);

        Assert.Equal([300L, 299L, 298L], Ids("love", 3));
        Assert.Equal(300, Ids("love", 1000).Length);
    }

    [Fact]
    public async Task Searches_and_changes_at_the_same_time_find_what_is_there()
    {
        await AddAsync("Constant");
        var changing = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await _bench.UpsertAsync(new Movie(2, $"Name {i}", 0, [], Hidden: false));
            }
        }, TestContext.Current.CancellationToken);
        do
        {
            Assert.Equal([1L], Ids("constant"));
            Assert.InRange(Ids("name").Length, 0, 1);
        }
        while (!changing.IsCompleted);

        await changing;
        Assert.Equal([2L], Ids("name 199"));
    }

    private long[] Ids(string query, int count = 10) => [.. _index.Search(query, count).Select(movie => movie.MovieId)];

    private Task AddAsync(params string[] titles) => _bench.UpsertAsync(
        [.. titles.Select(title => new Movie(++_next, title, title.StartsWith("Matrix", StringComparison.Ordinal) ? 1999 : 0, [], Hidden: false))]);
}
