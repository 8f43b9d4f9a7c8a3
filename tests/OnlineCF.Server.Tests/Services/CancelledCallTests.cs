using System.Diagnostics.Metrics;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OnlineCF.Core.Ratings;
using OnlineCF.Grains;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Users;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Errors;
using OnlineCF.Server.Services;
using OnlineCF.Storage.Sqlite;
using OnlineCF.Storage.Sqlite.Ratings;
using Rating = OnlineCF.Protocol.V1.Rating;

namespace OnlineCF.Server.Tests.Services;

/// <summary>Nothing is worked out for callers who wait no longer.</summary>
public sealed class CancelledCallTests : IAsyncLifetime
{
    private static readonly RecommendationQuery Query = new(10, MovieFilter.None, IncludeRated: false, Explain: false);

    private readonly MeterListener _listener = new();
    private TestServer _server = null!;
    private GatedLog _log = null!;
    private long _lists;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartReplacingAsync(
            services => services.Replace(ServiceDescriptor.Singleton<IRatingLog>(
                provider => _log = new GatedLog(new SqliteRatingLog(provider.GetRequiredService<SqliteStore>())))),
            null, "--Training:Automatic=false");
        var meters = _server.Server.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "onlinecf_recommendations_total" && instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, made, _, _) => Interlocked.Add(ref _lists, made));
        _listener.Start();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Calls_cancelled_while_they_wait_for_their_user_make_no_list()
    {
        var user = _server.Server.Services.GetRequiredService<KeyedGrains<IUserGrain>>().Get(5);
        _log.Close();
        var first = user.RecommendAsync(Query, Cancellation);
        await _log.Reading.WaitAsync(Cancellation);

        using var gone = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 20).Select(_ => user.RecommendAsync(Query, gone.Token)).ToArray();
        await gone.CancelAsync();
        foreach (var call in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        _log.Open();
        await first;
        await user.RecommendAsync(Query, Cancellation);
        Assert.Equal(2, Interlocked.Read(ref _lists));
    }

    [Fact]
    public async Task A_call_that_ends_before_it_starts_reaches_no_service()
    {
        var interceptor = _server.Server.Services.GetRequiredService<ErrorInterceptor>();
        var reached = false;
        var refusal = await Assert.ThrowsAsync<RpcException>(() => interceptor.UnaryServerHandler(
            new SimilarMoviesRequest { MovieId = 1 }, new CancelledContext(), (_, _) =>
            {
                reached = true;
                return Task.FromResult(new SimilarMoviesResponse());
            }));
        Assert.Equal((StatusCode.Cancelled, false), (refusal.StatusCode, reached));
    }

    [Fact]
    public async Task A_visitor_who_has_gone_gets_neither_list_nor_shelves()
    {
        var service = _server.Server.Services.GetRequiredService<RecommendationGrpcService>();
        Rating[] ratings = [new Rating { MovieId = 1, Value = 4 }];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await service.RecommendForRatings(new RecommendForRatingsRequest { Ratings = { ratings } }, new CancelledContext()));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => service.RecommendShelves(new RecommendShelvesRequest { Ratings = { ratings } }, new CancelledContext()));
        Assert.Equal(0, Interlocked.Read(ref _lists));
    }

    [Fact]
    public async Task A_deadline_ends_the_call_while_its_user_is_still_read()
    {
        _log.Close();
        var call = _server.Recommendations.RecommendAsync(
            new RecommendRequest { UserId = 9 },
            deadline: TimeProvider.System.GetUtcNow().AddSeconds(0.5).UtcDateTime, cancellationToken: Cancellation);
        var late = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        _log.Open();

        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        await _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 9 }, cancellationToken: Cancellation);
    }

    /// <summary>A log whose answers about a user can be held back.</summary>
    private sealed class GatedLog(IRatingLog log) : IRatingLog
    {
        private TaskCompletionSource _reading = New();
        private TaskCompletionSource? _gate;

        public Task Reading => _reading.Task;

        public long KnownSequence => log.KnownSequence;

        public void Close() => (_reading, _gate) = (New(), New());

        public void Open() => _gate!.SetResult();

        public async ValueTask<IReadOnlyList<RatingEntry>> ReadUserAsync(long userId, CancellationToken cancellationToken)
        {
            if (_gate is { } gate)
            {
                _reading.TrySetResult();
                await gate.Task;
            }

            return await log.ReadUserAsync(userId, cancellationToken);
        }

        public ValueTask<long> AppendAsync(long expectedSequence, ReadOnlyMemory<RatingChange> changes, CancellationToken cancellationToken) =>
            log.AppendAsync(expectedSequence, changes, cancellationToken);

        public ValueTask<long> EraseUserAsync(long userId, CancellationToken cancellationToken) => log.EraseUserAsync(userId, cancellationToken);

        public ValueTask<long> ReadEndAsync(CancellationToken cancellationToken) => log.ReadEndAsync(cancellationToken);

        public ValueTask<LogPage> ReadAsync(long afterSequence, int limit, CancellationToken cancellationToken) =>
            log.ReadAsync(afterSequence, limit, cancellationToken);

        public ValueTask<IReadOnlyList<RatingEntry>> ReadMovieAsync(long movieId, int limit, CancellationToken cancellationToken) =>
            log.ReadMovieAsync(movieId, limit, cancellationToken);

        public ValueTask<long> ReadLastErasureAsync(CancellationToken cancellationToken) => log.ReadLastErasureAsync(cancellationToken);

        public ValueTask ForgetErasedAsync(long throughSequence, CancellationToken cancellationToken) =>
            log.ForgetErasedAsync(throughSequence, cancellationToken);

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>A call whose client has gone.</summary>
    private sealed class CancelledContext : ServerCallContext
    {
        protected override IDictionary<object, object> UserStateCore { get; } =
            new Dictionary<object, object> { ["__HttpContext"] = new DefaultHttpContext() };

        protected override string MethodCore => "/onlinecf.v1.RecommendationService/SimilarMovies";

        protected override string HostCore => "localhost";

        protected override string PeerCore => "nobody";

        protected override DateTime DeadlineCore => DateTime.MinValue;

        protected override Metadata RequestHeadersCore => Metadata.Empty;

        protected override CancellationToken CancellationTokenCore => new(canceled: true);

        protected override Metadata ResponseTrailersCore { get; } = [];

        protected override Status StatusCore { get; set; }

        protected override WriteOptions? WriteOptionsCore { get; set; }

        protected override AuthContext AuthContextCore { get; } = new(null, []);

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
            throw new NotSupportedException();

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
    }
}
