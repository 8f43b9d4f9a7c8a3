using Microsoft.Extensions.Time.Testing;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Grains.Tests.Recommending;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Tests.Telemetry;

public sealed class ServedListsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServedLists _lists;

    // Every movie has three ratings, of twelve users: log2(12 / 3) bits.
    private readonly ServingModel _model = ServingModel.Create(EngineBench.Snapshot(1, 200, users: 12));

    public ServedListsTests() => _lists = new ServedLists(_time, int.MaxValue);

    [Fact]
    public void Coverage_counts_different_movies_of_the_first_ten_places()
    {
        for (var list = 0; list < ServedLists.LeastLists; list++)
        {
            Assert.True(double.IsNaN(_lists.Coverage10));
            Serve(Enumerable.Range(1 + (list % 2 * 10), 25));
        }

        Assert.Equal(20 / 200.0, _lists.Coverage10);
        Assert.Equal(2, _lists.Novelty10, 1e-9);
    }

    [Fact]
    public void Old_lists_are_forgotten()
    {
        for (var list = 0; list < ServedLists.Window; list++)
        {
            Serve(Enumerable.Range(101 + (list % 90), 10));
        }

        Assert.Equal(99 / 200.0, _lists.Coverage10);
        for (var list = 0; list < ServedLists.Window; list++)
        {
            Serve([1, 2, 3]);
        }

        Assert.Equal(3 / 200.0, _lists.Coverage10);
    }

    [Fact]
    public void Movie_that_one_user_has_rated_is_newer_than_one_that_all_have()
    {
        var folded = _model.WithMovies([new FoldedMovie(999, EngineBench.Vectors(new Random(1), _model.Stride))]);
        for (var list = 0; list < ServedLists.LeastLists; list++)
        {
            _lists.OnServed(folded, [Movie(999)]);
        }

        Assert.Equal(Math.Log2(12), _lists.Novelty10, 1e-9);
    }

    [Fact]
    public void Empty_lists_and_counting_allocate_nothing()
    {
        RecommendedMovie[] list = [.. Enumerable.Range(1, 10).Select(Movie)];
        _lists.OnServed(_model, list);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 10_000; i++)
        {
            _lists.OnServed(_model, list);
            _lists.OnServed(_model, []);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(10 / 200.0, _lists.Coverage10);
    }

    [Fact]
    public void Under_load_a_share_of_each_second_is_counted()
    {
        var lists = new ServedLists(_time);
        for (var second = 0; second < 2; second++)
        {
            for (var list = 0; list < 3 * ServedLists.PerSecond; list++)
            {
                lists.OnServed(_model, [Movie(1 + (second * 10) + (list >= ServedLists.PerSecond ? 1 : 0))]);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2 / 200.0, lists.Coverage10);
    }

    private void Serve(IEnumerable<int> movies) => _lists.OnServed(_model, [.. movies.Select(Movie)]);

    private static RecommendedMovie Movie(int movieId) => new(movieId, 1, 4, [], 0);
}
