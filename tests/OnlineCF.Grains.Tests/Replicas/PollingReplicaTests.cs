using Microsoft.Extensions.Logging;
using OnlineCF.Core;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Tests.Cluster;

namespace OnlineCF.Grains.Tests.Replicas;

public sealed class PollingReplicaTests
{
    private readonly WatchedTime _time = new();
    private readonly RecordingLogger<Replica> _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Look_that_fails_for_any_reason_is_said_once_and_the_next_one_is_a_new_try()
    {
        using var replica = new Replica(_time, _log);
        await replica.StartAsync(Token);
        await _time.FirstTimer.WaitAsync(Token);

        Exception?[] looks =
        [
            null, new OverflowException("a"), new OverflowException("a"), new OverflowException("a"),
            new StoreUnavailableException("b"), new StoreUnavailableException("b"), null, null, new OverflowException("a"), null,
        ];
        foreach (var look in looks)
        {
            await replica.LookAsync(look);
        }

        Assert.False(replica.ExecuteTask!.IsCompleted);
        await replica.StopAsync(Token);
        Assert.Equal(
            [
                "The thing cannot be read; it may be old.", "The thing cannot be read; it may be old.", "The thing can be read again.",
                "The thing cannot be read; it may be old.", "The thing can be read again.",
            ],
            _log.Lines);
        Assert.True(replica.ExecuteTask.IsCanceled);
    }

    public sealed class Replica(WatchedTime time, ILogger logger)
        : PollingReplica("thing", "it may be old", TimeSpan.FromSeconds(1), time, logger)
    {
        private readonly SemaphoreSlim _looks = new(0);
        private volatile Exception? _next;

        /// <summary>Lets a second pass and returns when the look has begun; what came of the one before is known by then.</summary>
        public async Task LookAsync(Exception? next)
        {
            _next = next;
            time.Advance(TimeSpan.FromSeconds(1));
            await _looks.WaitAsync(Token);
        }

        public override void Dispose()
        {
            _looks.Dispose();
            base.Dispose();
        }

        protected override Task PollAsync(CancellationToken cancellationToken)
        {
            var next = _next;
            _looks.Release();
            return next is null ? Task.CompletedTask : Task.FromException(next);
        }
    }
}
