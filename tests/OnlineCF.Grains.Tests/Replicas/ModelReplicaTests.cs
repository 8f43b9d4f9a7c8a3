using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Core;
using OnlineCF.Core.Models;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Grains.Tests.Cluster;
using OnlineCF.Grains.Tests.Recommending;
using OnlineCF.Storage.Sqlite.Models;

namespace OnlineCF.Grains.Tests.Replicas;

public sealed class ModelReplicaTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly Faults _faults = new();
    private readonly WatchedTime _time = new();
    private readonly RecordingLogger<ModelReplica> _log = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly OnlineCFInstruments _instruments;
    private readonly FileModelStore _store;
    private readonly ModelReplica _replica;
    private readonly EngineBench _bench = new();
    private long _term;

    public ModelReplicaTests()
    {
        _store = FileModelStore.Open(_folder.Path);
        _instruments = new OnlineCFInstruments(_services.GetRequiredService<IMeterFactory>(), _time);
        _replica = new ModelReplica(_faults.Before<IModelStore>(_store), _bench.Masks, _instruments, new ModelTrials(), _time, _log);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private int Loads => _faults.CallsOf(nameof(IModelStore.LoadAsync));

    public async ValueTask InitializeAsync()
    {
        _term = await _store.AcquireTermAsync(Token);
        await PublishAsync(1);
        await _replica.StartAsync(Token);
        await _time.FirstTimer.WaitAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _replica.StopAsync(Token);
        _replica.Dispose();
        _instruments.Dispose();
        _bench.Dispose();
        await _services.DisposeAsync();
        _store.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<Exception> Reasons =>
    [
        new OverflowException(), new ArgumentException("An id occurs twice."), new ModelNotFoundException(2), new CorruptSnapshotException(2, "it is truncated"),
    ];

    [Theory]
    [MemberData(nameof(Reasons), DisableDiscoveryEnumeration = true)]
    public async Task Version_that_cannot_be_used_is_read_once_and_the_model_before_it_goes_on(Exception reason)
    {
        await PublishAsync(2);
        var before = Loads;
        _faults.Before(nameof(IModelStore.LoadAsync), arguments =>
        {
            if (arguments[0] is 2L)
            {
                throw reason;
            }
        });

        await LookAsync();
        await LookAsync();
        await LookAsync();

        Assert.Equal(1, _replica.Current!.Version);
        Assert.Equal(1, Loads - before);
        Assert.Single(_log.Lines, line => line.StartsWith("Model 2 cannot serve", StringComparison.Ordinal));
        Assert.False(_replica.ExecuteTask!.IsCompleted);

        // Somebody who asks gets a new try, and so does a newer version.
        _faults.Clear(nameof(IModelStore.LoadAsync));
        Assert.Equal(2, await _replica.RefreshAsync(Token));
        await PublishAsync(3);
        await LookAsync();
        Assert.Equal(3, _replica.Current!.Version);
    }

    [Fact]
    public async Task Store_that_is_away_says_nothing_about_the_version()
    {
        await PublishAsync(2);
        _faults.Fail(nameof(IModelStore.LoadAsync), new StoreUnavailableException("The disk is away."));
        await LookAsync();
        Assert.Equal(1, _replica.Current!.Version);

        _faults.Clear(nameof(IModelStore.LoadAsync));
        await LookAsync();
        Assert.Equal(2, _replica.Current!.Version);
    }

    private Task<ModelRecord> PublishAsync(long roundId) =>
        _store.PublishAsync(TestModels.Snapshot(), TestModels.Round(roundId), _term, Token);

    // Lets the replica look at the store twice: when the second look begins, the first one is over.
    private async Task LookAsync()
    {
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _faults.Before(nameof(IModelStore.GetServingVersionAsync), _ => looked.TrySetResult());
        _time.Advance(TimeSpan.FromSeconds(2));
        await looked.Task.WaitAsync(Token);
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _faults.Before(nameof(IModelStore.GetServingVersionAsync), _ => again.TrySetResult());
        _time.Advance(TimeSpan.FromSeconds(2));
        await again.Task.WaitAsync(Token);
        _faults.Clear(nameof(IModelStore.GetServingVersionAsync));
    }
}
