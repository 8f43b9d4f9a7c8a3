using OnlineCF.Grains.Recommending;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Tests.Recommending;

public sealed class RecommendationEngineTests : IDisposable
{
    private readonly EngineBench _bench = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 50)];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task List_is_what_a_sort_of_all_that_passes_gives(int seed)
    {
        var random = new Random(seed);
        var snapshot = EngineBench.Snapshot(seed, 150);
        snapshot = seed % 2 == 0 ? snapshot : snapshot with
        {
            SittingMovies = snapshot.Movies.WithRanking(EngineBench.Snapshot(seed + 1, 150).Movies.RankingFactors),
        };
        var model = ServingModel.Create(snapshot).WithMovies(
            [.. Enumerable.Range(0, 20).Select(_ => new FoldedMovie(random.Next(140, 200), EngineBench.Vectors(random, 16)))]);
        await _bench.UpsertAsync([.. Enumerable.Range(1, 180).Select(id => EngineBench.RandomMovie(random, id))]);
        var rated = EngineBench.Ratings(random, 200, 25);
        var filter = EngineBench.RandomFilter(random) with { ExcludeMovieIds = [.. Enumerable.Range(0, 9).Select(_ => (long)random.Next(1, 200))] };
        var query = new RecommendationQuery(random.Next(1, 60), filter, IncludeRated: random.Next(2) == 0, Explain: true, MaxReasons: 4);
        var visitor = Visitor.Of(model, rated, seed % 3 * 0.5f);
        _bench.Popularity.Table.Apply(
            Enumerable.Range(1, 170).Select(id => EngineBench.LikedMovie(id, random.Next(0, 40))), sequence: 1);

        var list = _bench.Engine.Recommend(visitor, query, started: 0);

        var test = new FilterTest(filter);
        var mean = rated.Values.ToArray().Average();
        var expected = Enumerable.Range(0, model.MovieCount)
            .Where(row => test.Passes(_bench.Catalog.Get(model.MovieIdOf(row))))
            .Where(row => query.IncludeRated || !rated.Contains(model.MovieIdOf(row)))
            .Select(row => (Row: row, Score: ScoreOf(visitor, row)))
            .OrderByDescending(x => RatingPrediction.Predict(model, visitor.Taste.Vectors!, x.Row) >= mean - 0.5f)
            .ThenByDescending(x => x.Score).ThenBy(x => x.Row).Take(query.Count)
            .Select(x => (model.MovieIdOf(x.Row), x.Score)).ToArray();
        Assert.Equal(RecommendationSource.Personalized, list.Source);
        Assert.Equal(expected.Select(x => x.Item1), list.Movies.Select(movie => movie.MovieId));
        Assert.All(expected.Zip(list.Movies), x => Assert.Equal(x.First.Score, x.Second.Score, 1e-5f));
        Assert.All(list.Movies, movie =>
        {
            Assert.InRange(movie.Reasons.Length, 1, 4);
            Assert.All(movie.Reasons, reason => Assert.True(rated.Values[rated.MovieIds.IndexOf(reason.MovieId)] >= 2.5f));
            Assert.Equal(movie.Score, movie.Reasons.Sum(reason => reason.Weight) + movie.OtherWeight, 1e-4f);
        });
    }

    private float ScoreOf(Visitor visitor, int row)
    {
        var now = _bench.Popularity.Table.Now;
        var likes = now.LevelOf(_bench.Popularity.Table.Of(visitor.Model!.MovieIdOf(row)));
        return DotKernel.Dot(visitor.Taste.Momentary, visitor.Model!.At(visitor.Taste.Heat).RankingRow(row))
            + (0.1f / (1 + (visitor.Rated.Count / 3f)) * likes);
    }

    [Fact]
    public void Taste_is_folded_in_again_when_one_of_its_own_movies_got_factors_and_not_otherwise()
    {
        var random = new Random(1);
        var model = ServingModel.Create(EngineBench.Snapshot(1, 100));
        var rated = new RatedMovies([3, 500], [4.5f, 5], [1, 2], 2);
        var first = Visitor.Of(model, rated, 0);

        var foreign = model.WithMovies([new FoldedMovie(700, EngineBench.Vectors(random, 16))]);
        Assert.Same(first.Taste, Visitor.Of(foreign, rated, 0, first.Taste).Taste);

        var own = foreign.WithMovies([new FoldedMovie(500, EngineBench.Vectors(random, 16))]);
        var second = Visitor.Of(own, rated, 0, first.Taste);
        Assert.NotSame(first.Taste, second.Taste);
        Assert.Equal((1, 2), (first.Taste.Vectors!.KnownRatings, second.Taste.Vectors!.KnownRatings));

        var next = ServingModel.Create(EngineBench.Snapshot(2, 100));
        Assert.NotSame(second.Taste, Visitor.Of(next, rated, 0, second.Taste).Taste);
        Assert.NotSame(second.Taste, Visitor.Of(null, rated, 0, second.Taste).Taste);
    }

    [Fact]
    public void Taste_without_one_rating_is_that_of_the_others()
    {
        var model = ServingModel.Create(EngineBench.Snapshot(1, 100));
        var visitor = Visitor.Of(model, new RatedMovies([3, 7, 9, 0], [4.5f, 1, 5, 0], [1, 2, 3, 0], 3), 0);

        var without = visitor.Without(7)!;

        Assert.Equal(Visitor.Of(model, new RatedMovies([3, 9], [4.5f, 5], [1, 3], 2), 0).Taste.Vectors!.Ranking, without.Ranking);
        Assert.Same(visitor.Taste.Vectors, visitor.Without(8));
    }

    [Theory]
    [InlineData(false, 384)]
    [InlineData(true, 1408)]
    public async Task List_of_ten_allocates_little_more_than_itself(bool explain, long bytes)
    {
        await _bench.UpsertAsync([.. Enumerable.Range(1, 3000).Select(id => EngineBench.RandomMovie(new Random(id), id))]);
        var model = ServingModel.Create(EngineBench.Snapshot(1, 3000, dimension: 50));
        var visitor = Visitor.Of(model, EngineBench.Ratings(new Random(1), 3000, 165), 0);
        var query = new RecommendationQuery(10, MovieFilter.None, IncludeRated: false, explain);

        // The runtime allocates now and then on its own: the least of many times counts.
        var least = long.MaxValue;
        for (var time = 0; time < 50; time++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var list = _bench.Engine.Recommend(visitor, query, started: 0);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(10, list.Movies.Length);
        }

        Assert.InRange(least, 1, bytes);
    }
}
