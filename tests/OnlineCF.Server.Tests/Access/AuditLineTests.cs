using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Access;

/// <summary>What changes what everybody gets, or cannot be taken back, leaves a line of who did it.</summary>
public sealed class AuditLineTests
{
    private const string User = "876543219";
    private const int UserId = 876_543_219;
    private const int Noted = 4081;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_line_says_who_called_from_where_and_what_and_no_value()
    {
        using var lines = new NotedLines();
        await using var server = await StartAsync(lines, "--Access:Keys=on");
        var admin = (await File.ReadAllTextAsync(Path.Combine(server.Folder, "admin.key"), Cancellation)).Trim();
        var options = With(admin);
        var access = new AccessService.AccessServiceClient(server.Channel);
        var store = new StoreService.StoreServiceClient(server.Channel);
        var made = await access.CreateKeyAsync(new CreateKeyRequest { Role = Role.Writer }, options);

        await server.Ratings.RateAsync(new RateRequest { Rating = new Rating { UserId = UserId, MovieId = 2, Value = 4 } }, options);
        await server.Ratings.ExportUserAsync(new ExportUserRequest { UserId = UserId }, options);
        await server.Ratings.EraseUserAsync(new EraseUserRequest { UserId = UserId }, options);
        await server.Training.GetTrainingAsync(new GetTrainingRequest(), options);
        await EndOfAsync(server.Training.StartTrainingAsync(new StartTrainingRequest(), options).ResponseAsync);
        await EndOfAsync(server.Training.CancelTrainingAsync(new CancelTrainingRequest(), options).ResponseAsync);
        await EndOfAsync(server.Training.RollbackModelAsync(new RollbackModelRequest { Version = UserId }, options).ResponseAsync);
        using (var export = store.ExportStore(new ExportStoreRequest(), options))
        {
            await EndOfAsync(export.ResponseStream.MoveNext(Cancellation));
        }

        using (var restore = store.RestoreStore(options))
        {
            await restore.RequestStream.CompleteAsync();
            await EndOfAsync(restore.ResponseAsync);
        }

        await access.RevokeKeyAsync(new RevokeKeyRequest { KeyId = made.Key.KeyId }, options);

        var id = admin.Split('_')[1];
        Assert.Equal(
            new[]
            {
                "AccessService/CreateKey", "RatingService/ExportUser", "RatingService/EraseUser", "TrainingService/StartTraining",
                "TrainingService/CancelTraining", "TrainingService/RollbackModel", "StoreService/ExportStore", "StoreService/RestoreStore",
                "AccessService/RevokeKey",
            }.Select(rpc => $"key {id} at 127.0.0.1 calls /onlinecf.v1.{rpc}."),
            lines.All);
        Assert.All(lines.All, line => Assert.All(
            [User, admin, made.Secret, made.Key.KeyId], value => Assert.DoesNotContain(value, line, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Who_may_not_leaves_none()
    {
        using var lines = new NotedLines();
        await using var server = await StartAsync(lines, "--Access:Keys=on");
        await Assert.ThrowsAsync<RpcException>(() => server.Ratings.EraseUserAsync(new EraseUserRequest { UserId = 1 }, With("nonsense")).ResponseAsync);
        Assert.Empty(lines.All);
    }

    [Fact]
    public async Task Over_JSON_it_is_the_same_and_without_keys_it_was_anybody()
    {
        using var lines = new NotedLines();
        await using var server = await StartAsync(lines, "--Access:Keys=off");
        using var answer = await server.Http.DeleteAsync(new Uri($"/v1/users/{User}", UriKind.Relative), Cancellation);
        answer.EnsureSuccessStatusCode();
        Assert.Equal(["anybody at 127.0.0.1 calls /onlinecf.v1.RatingService/EraseUser."], lines.All);
    }

    // The line is written when a call comes in, however it ends.
    private static async Task EndOfAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (RpcException exception)
        {
            Assert.NotEqual(StatusCode.Unauthenticated, exception.StatusCode);
            Assert.NotEqual(StatusCode.PermissionDenied, exception.StatusCode);
        }
    }

    private static CallOptions With(string key) => new(new Metadata { { "authorization", $"Bearer {key}" } }, cancellationToken: Cancellation);

    private static Task<TestServer> StartAsync(NotedLines lines, string keys) => TestServer.StartReplacingAsync(
        services => services.AddSingleton<ILoggerProvider>(lines), null, keys, "--Training:Automatic=false", "--Logging:LogLevel:OnlineCF=Information");

    private sealed class NotedLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public IEnumerable<string> All => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == Noted)
            {
                _lines.Enqueue(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
