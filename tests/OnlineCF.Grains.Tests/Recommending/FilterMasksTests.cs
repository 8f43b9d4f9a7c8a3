using OnlineCF.Core.Catalogue;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Replicas;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Tests.Recommending;

public sealed class FilterMasksTests : IDisposable
{
    private readonly EngineBench _bench = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 30)];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Mask_is_what_the_filter_says_of_each_movie_whatever_changes(int seed)
    {
        var random = new Random(seed);
        var model = ServingModel.Create(EngineBench.Snapshot(seed, random.Next(0, 200)));
        MovieFilter[] filters = [MovieFilter.None, .. Enumerable.Range(0, 6).Select(_ => EngineBench.RandomFilter(random))];
        for (var step = 0; step < 20; step++)
        {
            var before = model;
            switch (random.Next(3))
            {
                case 0:
                    model = model.WithMovies([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new FoldedMovie(
                        random.Next(200, 400), EngineBench.Vectors(random, model.Stride)))]);
                    break;
                case 1:
                    await _bench.UpsertAsync([.. Enumerable.Range(0, random.Next(1, 30)).Select(_ =>
                        EngineBench.RandomMovie(random, random.Next(1, 400)))]);
                    break;
            }

            // A request that read the model before it changed comes in between, now and then.
            foreach (var each in random.Next(3) == 0 ? new[] { before, model } : [model])
            {
                foreach (var filter in filters)
                {
                    AssertMask(each, filter);
                }
            }
        }
    }

    [Fact]
    public void A_mask_is_made_once_and_shared()
    {
        var model = ServingModel.Create(EngineBench.Snapshot(1, 100));
        var filter = new MovieFilter(["Drama", "Noir"], [], 0, 0, []);

        Assert.Same(_bench.Masks.MaskOf(model, filter), _bench.Masks.MaskOf(model, filter with { ExcludeMovieIds = [5] }));
    }

    [Fact]
    public async Task Masks_that_are_kept_have_a_bound()
    {
        await _bench.UpsertAsync([.. Enumerable.Range(1, 1000).Select(id => new Movie(id, "", 1 + id, [], false))]);
        var masks = new ModelMasks(_bench.Catalog, maxBytes: 1000);
        var model = ServingModel.Create(EngineBench.Snapshot(1, 1000));
        for (var year = 1; year <= 300; year++)
        {
            Assert.NotNull(masks.MaskOf(model, new MovieFilter([], [], year, 0, [])));
            Assert.InRange(masks.Bytes, 1, 1000);
        }
    }

    [Fact]
    public void Changes_that_are_forgotten_are_no_answer()
    {
        var recent = new RecentMovies(3);
        List<long> movies = [];
        recent.Add(10, [1, 2]);
        recent.Add(20, [3]);
        Assert.True(recent.TryReadSince(10, movies));
        Assert.Equal([3], movies);

        recent.Add(30, [4]);
        Assert.False(recent.TryReadSince(5, movies));
        Assert.True(recent.TryReadSince(10, movies));
        Assert.Equal([3, 3, 4], movies);
    }

    private void AssertMask(ServingModel model, MovieFilter filter)
    {
        var (mask, test) = (_bench.Masks.MaskOf(model, filter), new FilterTest(filter));
        for (var row = 0; row < model.MovieCount; row++)
        {
            var passes = test.Passes(_bench.Catalog.Get(model.MovieIdOf(row)));
            Assert.Equal(passes, mask is null || !mask.Contains(row));
        }
    }
}
