using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OnlineCF.Core.Models;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Grains.Tests.Cluster;
using OnlineCF.Grains.Tests.Recommending;
using OnlineCF.Scoring;
using OnlineCF.Storage.Sqlite.Models;

namespace OnlineCF.Grains.Tests.Replicas;

public sealed class FoldedMoviesTests : IAsyncLifetime
{
    private readonly EngineBench _bench = new();
    private readonly FakeTimeProvider _time = new();
    private readonly TestFolder _folder = new();
    private readonly FileModelStore _store;
    private readonly ModelReplica _replica;
    private readonly Random _random = new(1);
    private long _term;

    public FoldedMoviesTests()
    {
        _store = FileModelStore.Open(_folder.Path);
        _replica = new ModelReplica(_store, _bench.Masks, _bench.Instruments, new ModelTrials(), _time, NullLogger<ModelReplica>.Instance);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ServingModel Current => _replica.Current!;

    public async ValueTask InitializeAsync()
    {
        _term = await _store.AcquireTermAsync(Token);
        await PublishAsync(1);
        await _replica.RefreshAsync(Token);
    }

    public ValueTask DisposeAsync()
    {
        _replica.Dispose();
        _store.Dispose();
        _folder.Dispose();
        _bench.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void New_movies_serve_at_once_or_together_within_a_second()
    {
        Add(1, 100);
        Assert.Equal((1, 21), (Current.FoldedChange, Current.MovieCount));

        var (changed, before) = (_replica.Changed, Current);
        Add(1, 101);
        Add(1, 102, 103);
        _time.Advance(TimeSpan.FromMilliseconds(400));
        Add(1, 104);
        Assert.Same(before, Current);
        Assert.False(changed.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(600));
        Assert.Equal((2, 25), (Current.FoldedChange, Current.MovieCount));
        Assert.True(changed.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));
        Add(1, 105);
        Assert.Equal((3, 26), (Current.FoldedChange, Current.MovieCount));
    }

    [Fact]
    public async Task Movies_of_another_version_are_left_out()
    {
        var changed = _replica.Changed;
        Add(2, 100);
        Assert.Equal((0, 20), (Current.FoldedChange, Current.MovieCount));
        Assert.False(changed.IsCompleted);

        Add(1, 100);
        Add(1, 101);
        await PublishAsync(2);
        await _replica.RefreshAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((2, 20), (Current.Version, Current.MovieCount));
    }

    [Fact]
    public void Vectors_that_do_not_fit_are_refused_with_their_batch()
    {
        var bad = new MovieVectors(0, new float[3], new float[3]);
        Assert.Throws<ArgumentException>(() => _replica.AddMovies(1, [Movie(100), new FoldedMovie(101, bad)]));
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(20, Current.MovieCount);
    }

    private void Add(long version, params long[] movieIds) => _replica.AddMovies(version, [.. movieIds.Select(Movie)]);

    private FoldedMovie Movie(long movieId) => new(movieId, EngineBench.Vectors(_random, 16));

    private async Task PublishAsync(long roundId) =>
        await _store.PublishAsync(TestModels.Snapshot(), TestModels.Round(roundId), _term, Token);
}
