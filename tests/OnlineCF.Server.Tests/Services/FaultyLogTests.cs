using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Protocol.V1;
using OnlineCF.Storage.Sqlite;
using OnlineCF.Storage.Sqlite.Ratings;
using Rating = OnlineCF.Protocol.V1.Rating;

namespace OnlineCF.Server.Tests.Services;

/// <summary>What a user's grain does when the log fails it, or somebody else writes for its user.</summary>
public sealed class FaultyLogTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private FaultyLog _log = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartReplacingAsync(
            services => services.Replace(ServiceDescriptor.Singleton<IRatingLog>(
                provider => _log = new FaultyLog(new SqliteRatingLog(provider.GetRequiredService<SqliteStore>())))),
            null, "--Training:Automatic=false");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Erasure_that_fails_after_its_commit_leaves_nothing_to_recommend_from()
    {
        await RateAsync(1, 10, 5, 100);
        _log.FailAfterwards = true;
        var failed = await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.Ratings.EraseUserAsync(new EraseUserRequest { UserId = 1 }, cancellationToken: Token));
        _log.FailAfterwards = false;

        Assert.Equal(StatusCode.Unavailable, failed.StatusCode);
        Assert.Empty(await ListAsync(1));
        var list = await _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1, IncludeRated = true }, cancellationToken: Token);
        Assert.Equal(RecommendationSource.Popular, list.Source);
    }

    [Fact]
    public async Task Rating_whose_commit_was_not_answered_is_in_once_and_a_duplicate_when_it_comes_again()
    {
        _log.FailAfterwards = true;
        var failed = await Assert.ThrowsAsync<RpcException>(() => RateAsync(2, 10, 5, 100));
        _log.FailAfterwards = false;

        Assert.Equal(StatusCode.Unavailable, failed.StatusCode);
        Assert.Equal(RatingResult.Duplicate, (await RateAsync(2, 10, 5, 100)).Result);
        Assert.Single(await ListAsync(2));
    }

    [Fact]
    public async Task What_another_activation_wrote_is_known_and_the_later_rating_wins()
    {
        await RateAsync(3, 10, 5, 100);
        await _log.AppendAsync(IRatingLog.AnySequence, Changes(3, 10, 1, 300), Token);

        Assert.Equal(RatingResult.Stale, (await RateAsync(3, 10, 4, 200)).Result);
        Assert.Equal(RatingResult.Accepted, (await RateAsync(3, 10, 2, 400)).Result);
        Assert.Equal(2, Assert.Single(await ListAsync(3)).Value);
    }

    [Fact]
    public async Task Of_another_activation_that_always_writes_first_the_caller_is_told_to_try_again()
    {
        await RateAsync(4, 10, 5, 100);
        _log.Intruder = Changes(4, 11, 3, 100);
        var refused = await Assert.ThrowsAsync<RpcException>(() => RateAsync(4, 12, 5, 100));
        _log.Intruder = null;

        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Equal(RatingResult.Accepted, (await RateAsync(4, 12, 5, 100)).Result);
        Assert.Equal([10, 11, 12], (await ListAsync(4)).Select(rating => rating.MovieId));
    }

    private static RatingChange[] Changes(long userId, long movieId, float value, long seconds) =>
        [RatingChange.Rated(new Core.Ratings.Rating(userId, movieId, value, seconds * 1_000_000))];

    private async Task<RateResponse> RateAsync(long userId, long movieId, float value, long seconds) =>
        await _server.Ratings.RateAsync(
            new RateRequest { Rating = new Rating { UserId = userId, MovieId = movieId, Value = value, RatedAt = new() { Seconds = seconds } } },
            cancellationToken: Token);

    private async Task<IReadOnlyList<Rating>> ListAsync(long userId) =>
        (await _server.Ratings.ListRatingsAsync(new ListRatingsRequest { UserId = userId }, cancellationToken: Token)).Ratings;

    /// <summary>A log that does its work and then fails, or lets another writer in first.</summary>
    private sealed class FaultyLog(IRatingLog log) : IRatingLog
    {
        public bool FailAfterwards { get; set; }

        public RatingChange[]? Intruder { get; set; }

        public long KnownSequence => log.KnownSequence;

        public async ValueTask<long> AppendAsync(long expectedSequence, ReadOnlyMemory<RatingChange> changes, CancellationToken cancellationToken)
        {
            if (Intruder is { } intruder && expectedSequence != IRatingLog.AnySequence)
            {
                await log.AppendAsync(IRatingLog.AnySequence, intruder, cancellationToken);
            }

            return Afterwards(await log.AppendAsync(expectedSequence, changes, cancellationToken));
        }

        public async ValueTask<long> EraseUserAsync(long userId, CancellationToken cancellationToken) =>
            Afterwards(await log.EraseUserAsync(userId, cancellationToken));

        public ValueTask<long> ReadEndAsync(CancellationToken cancellationToken) => log.ReadEndAsync(cancellationToken);

        public ValueTask<LogPage> ReadAsync(long afterSequence, int limit, CancellationToken cancellationToken) =>
            log.ReadAsync(afterSequence, limit, cancellationToken);

        public ValueTask<IReadOnlyList<RatingEntry>> ReadUserAsync(long userId, CancellationToken cancellationToken) =>
            log.ReadUserAsync(userId, cancellationToken);

        public ValueTask<IReadOnlyList<RatingEntry>> ReadMovieAsync(long movieId, int limit, CancellationToken cancellationToken) =>
            log.ReadMovieAsync(movieId, limit, cancellationToken);

        public ValueTask<long> ReadLastErasureAsync(CancellationToken cancellationToken) => log.ReadLastErasureAsync(cancellationToken);

        public ValueTask ForgetErasedAsync(long throughSequence, CancellationToken cancellationToken) =>
            log.ForgetErasedAsync(throughSequence, cancellationToken);

        private long Afterwards(long sequence) =>
            FailAfterwards ? throw new StoreUnavailableException("The store went away after the commit.") : sequence;
    }
}
