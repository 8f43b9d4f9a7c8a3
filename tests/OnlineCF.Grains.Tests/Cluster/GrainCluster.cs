using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using OnlineCF.Core.Catalogue;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using OnlineCF.Core.Training;
using OnlineCF.Storage.Sqlite;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace OnlineCF.Grains.Tests.Cluster;

/// <summary>
/// Silos in this process over one real store in a folder of its own. The ports may be made to fail, the trainer
/// does what the test says, and the grains' clock stands until the test moves it (<see cref="Time"/>).
/// </summary>
internal sealed class GrainCluster : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly EmbeddedStorage _storage;
    private readonly InProcessTestCluster _silos;

    // Between two steps of the clock the silos get a moment for what the step has set off.
    private readonly PeriodicTimer _pace = new(TimeSpan.FromMilliseconds(2));

    private GrainCluster(TrainingOptions training, int silos, Action<IServiceCollection> configure)
    {
        _storage = EmbeddedStorage.Open(_folder.Path);
        Training = training;
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.Options.InitializeClientOnDeploy = false;
        builder.ConfigureSilo((_, silo) =>
        {
            AddPorts(silo.Services);
            silo.UseInMemoryReminderService();
            silo.AddOnlineCF();
            configure(silo.Services);
        });
        _silos = builder.Build();
    }

    /// <summary>The grains' clock, and the replicas'. It starts at the true time and stands; Orleans' own timers run by the true clock.</summary>
    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public TrainingOptions Training { get; }

    public TestTrainer Trainer { get; } = new();

    public Faults LogFaults { get; } = new();

    public Faults ModelFaults { get; } = new();

    public Faults CheckpointFaults { get; } = new();

    /// <summary>The stores themselves, which no fault stands before.</summary>
    public EmbeddedStorage Storage => _storage;

    public InProcessTestCluster Silos => _silos;

    /// <summary>Calls grains from the first silo, as the server does.</summary>
    public IGrainFactory Grains => Get<IGrainFactory>();

    /// <summary>Starts the silos and returns when they answer.</summary>
    /// <param name="training">Settings of training; unless given rounds do not start by themselves.</param>
    /// <param name="silos">How many, from 1.</param>
    /// <param name="configure">Replaces parts of each silo.</param>
    /// <param name="arrange">Is done before the silos start.</param>
    public static async Task<GrainCluster> StartAsync(
        TrainingOptions? training = null, int silos = 1, Action<IServiceCollection>? configure = null,
        Action<GrainCluster>? arrange = null)
    {
        var cluster = new GrainCluster(training ?? new() { Automatic = false }, silos, configure ?? (_ => { }));
        arrange?.Invoke(cluster);
        await cluster._silos.DeployAsync(TestContext.Current.CancellationToken);
        return cluster;
    }

    /// <summary>A part of a silo.</summary>
    public T Get<T>(int silo = 0)
        where T : notnull => _silos.Silos[silo].ServiceProvider.GetRequiredService<T>();

    /// <summary>Moves the clock until something is true.</summary>
    public Task AdvanceUntilAsync(Func<bool> isSo) => AdvanceUntilAsync(() => Task.FromResult(isSo()), so => so);

    /// <summary>Moves the clock by small steps, each followed by a look, until what is waited for has come.</summary>
    /// <exception cref="TimeoutException">It has not come after an hour of the clock.</exception>
    public async Task<T> AdvanceUntilAsync<T>(Func<Task<T>> look, Func<T, bool> isThere, TimeSpan? step = null)
    {
        var end = Time.GetUtcNow().AddHours(1);
        while (Time.GetUtcNow() < end)
        {
            if (await look() is var seen && isThere(seen))
            {
                return seen;
            }

            Time.Advance(step ?? TimeSpan.FromMilliseconds(500));
            await _pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("What is waited for did not come.");
    }

    public async ValueTask DisposeAsync()
    {
        _pace.Dispose();
        await _silos.DisposeAsync();
        _storage.Dispose();
        _folder.Dispose();
    }

    private void AddPorts(IServiceCollection services)
    {
        services.AddSingleton<TimeProvider>(Time);
        services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
        services.AddSingleton(Training);
        services.AddSingleton(LogFaults.Before(_storage.RatingLog));
        services.AddSingleton(ModelFaults.Before(_storage.Models));
        services.AddSingleton(CheckpointFaults.Before(_storage.Checkpoints));
        services.AddSingleton(_storage.Catalog);
        services.AddSingleton<IModelTrainer>(Trainer);
    }
}
