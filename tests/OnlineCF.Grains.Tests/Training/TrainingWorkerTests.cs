using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OnlineCF.Core.Models;
using OnlineCF.Core.Training;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Grains.Tests.Cluster;
using OnlineCF.Grains.Training;
using OnlineCF.Storage.Sqlite.Models;

namespace OnlineCF.Grains.Tests.Training;

public sealed class TrainingWorkerTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly OnlineCFInstruments _instruments;
    private readonly FileModelStore _store;
    private readonly StubbornTrainer _trainer = new();
    private readonly RecordingLogger<TrainingWorker> _log = new();

    public TrainingWorkerTests()
    {
        _store = FileModelStore.Open(_folder.Path);
        _instruments = new OnlineCFInstruments(_services.GetRequiredService<IMeterFactory>(), new FakeTimeProvider());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _instruments.Dispose();
        _services.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Stop_waits_no_longer_than_it_may_for_a_step_that_does_not_end()
    {
        var worker = Worker();
        await worker.StartAsync(Token);
        Assert.True(worker.TryStart(new TrainingRound(1, 1, 0, 0, new TrainingRequest(null, true)), Lost()));
        await _trainer.Begun.Task.WaitAsync(Token);

        await worker.StopAsync(new CancellationToken(canceled: true)).WaitAsync(Token);
        worker.Dispose();

        Assert.Single(_log.Lines);
        Assert.False(_trainer.IsDisposed);

        _trainer.End.Set();
        await worker.StopAsync(Token).WaitAsync(Token);
        worker.Dispose();
        Assert.True(_trainer.IsDisposed);
        Assert.Equal(RoundOutcome.Cancelled, Assert.Single(await _store.ListRoundsAsync(10, Token)).Outcome);
    }

    private TrainingWorker Worker()
    {
        var archive = new RoundArchive(_store, new RecordingLogger<RoundArchive>());
        var runner = new RoundRunner(
            _trainer, _store, archive, _instruments, new FakeTimeProvider(), new RecordingLogger<RoundRunner>());
        return new TrainingWorker(runner, archive, _trainer, _instruments, _log);
    }

    // Nobody takes its reports.
    private static ITrainingGrain Lost() => new Faults().Before<ITrainingGrain>(null!);

    private sealed class StubbornTrainer : IModelTrainer
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim End { get; } = new();

        public bool IsDisposed { get; private set; }

        public string Device => "cpu";

        public int Threads => 1;

        public TrainingResult Train(
            TrainingRequest request, IProgress<EpochReport> progress, CancellationToken cancellationToken)
        {
            Begun.SetResult();
            End.Wait(CancellationToken.None);
            return TestModels.Passed(request);
        }

        public void Dispose() => IsDisposed = true;
    }
}
