using OnlineCF.Grains.Recommending;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Tests.Recommending;

public sealed class RecentFactorsTests
{
    private readonly ServingModel _model = ServingModel.Create(EngineBench.Snapshot(1, 100));

    [Fact]
    public void Taste_that_is_explained_for_the_second_time_is_factored_for_the_last_time()
    {
        var factors = new RecentFactors(RecentFactors.MaxBytes);
        var taste = Taste(1);

        Assert.NotSame(factors.Of(taste, _model, [new(1, 5)], []), factors.Of(taste, _model, [new(1, 5)], []));
        Assert.Same(factors.Of(taste, _model, [new(1, 5)], []), factors.Of(taste, _model, [new(1, 5)], []));
    }

    [Fact]
    public void Visitor_who_comes_once_takes_no_room()
    {
        var factors = new RecentFactors(RecentFactors.MaxBytes);

        factors.Of(Taste(1), _model, [new(1, 5)], []);

        Assert.Equal(0, factors.Bytes);
    }

    [Fact]
    public void What_was_explained_last_stays_within_the_bytes_given()
    {
        var each = RankingFactor.Of(_model, [new(1, 5)], []).Bytes;
        var factors = new RecentFactors(2 * each);
        UserTaste[] tastes = [Taste(1), Taste(2), Taste(3)];
        var kept = Array.ConvertAll(tastes, Twice);

        Assert.Equal(2 * each, factors.Bytes);
        Assert.Same(kept[1], factors.Of(tastes[1], _model, [new(1, 5)], []));
        Assert.Same(kept[2], factors.Of(tastes[2], _model, [new(1, 5)], []));
        Assert.NotSame(kept[0], factors.Of(tastes[0], _model, [new(1, 5)], []));

        RankingFactor Twice(UserTaste taste)
        {
            factors.Of(taste, _model, [new(1, 5)], []);
            return factors.Of(taste, _model, [new(1, 5)], []);
        }
    }

    [Fact]
    public void List_explained_again_is_the_same_to_the_bit()
    {
        using var bench = new EngineBench();
        var visitor = Visitor.Of(_model, EngineBench.Ratings(new Random(1), 100, 30), 0);
        var query = new RecommendationQuery(20, MovieFilter.None, IncludeRated: false, Explain: true, MaxReasons: 5);

        var lists = Enumerable.Range(0, 3).Select(_ => bench.Engine.Recommend(visitor, query, started: 0)).ToList();
        var anew = bench.Engine.Recommend(Visitor.Of(_model, visitor.Rated, 0), query, started: 0);

        Assert.All(lists, list => Assert.Equal(Flat(anew), Flat(list)));
    }

    private static IEnumerable<(long Movie, long Of, float Weight)> Flat(RecommendationList list) => list.Movies.SelectMany(
        movie => movie.Reasons.Select(reason => (movie.MovieId, reason.MovieId, reason.Weight)).Append((movie.MovieId, 0, movie.OtherWeight)));

    private UserTaste Taste(long movieId) => UserTaste.Of(_model, new RatedMovies([movieId], [5], [1], 1), 0);
}
