using Microsoft.Extensions.Logging;
using OnlineCF.Core;
using OnlineCF.Core.Models;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Replicas;

/// <summary>
/// The model this silo serves. Loads what the model store says should serve, off the grains' threads, and
/// swaps one reference; who has read <see cref="Current"/> keeps that model for the whole answer.
/// </summary>
public sealed partial class ModelReplica(
    IModelStore store, FilterMasks masks, OnlineCFInstruments instruments, ModelTrials trials, TimeProvider time, ILogger<ModelReplica> logger)
    : PollingReplica("model store", "the model in memory goes on serving", TimeSpan.FromSeconds(2), time, logger),
        ILifecycleParticipant<ISiloLifecycle>
{
    private readonly SemaphoreSlim _loading = new(1);
    private readonly Lock _swapping = new();
    private readonly ChangeSignal _changed = new();
    private ServingModel? _current;
    private long _unusableVersion;
    private long _newest;
    private bool _started;

    /// <summary>The serving model, or null before the first promotion.</summary>
    public ServingModel? Current => Volatile.Read(ref _current);

    /// <summary>Completes when <see cref="Current"/> changes after this call.</summary>
    public Task Changed => _changed.Next;

    /// <summary>Another number after each change, and other ones on each silo.</summary>
    public long ChangeNumber => _changed.Number;

    /// <summary>Loads what should serve, unless it serves already.</summary>
    /// <returns>The version that serves now; 0 when there is none.</returns>
    /// <exception cref="StoreUnavailableException">The model store is away; the old model goes on.</exception>
    public Task<long> RefreshAsync(CancellationToken cancellationToken) => RefreshAsync(tryUnusable: true, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Loads before the silo takes calls: one that joins never answers from no model.</remarks>
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe<ModelReplica>(ServiceLifecycleStage.ApplicationServices, RefreshAsync);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        _newest = Current?.Version ?? 0;
        _started = true;
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _loading.Dispose();
        _foldedTimer?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override Task PollAsync(CancellationToken cancellationToken) => RefreshAsync(tryUnusable: false, cancellationToken);

    // What could not be used is read again when somebody asks, not at every look.
    private async Task<long> RefreshAsync(bool tryUnusable, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            var wanted = await store.GetServingVersionAsync(cancellationToken);
            if (wanted != 0 && wanted != Current?.Version && (tryUnusable || wanted != _unusableVersion))
            {
                await LoadAsync(wanted, cancellationToken);
            }

            return Current?.Version ?? 0;
        }
        finally
        {
            _loading.Release();
        }
    }

    // The wanted version first, then, should it be broken, the newest one that can be read.
    private async Task LoadAsync(long wanted, CancellationToken cancellationToken)
    {
        var kept = await store.ListModelsAsync(cancellationToken);
        instruments.OnModelsKept(kept);
        var versions = kept.Select(model => model.Version).Where(version => version < wanted).OrderDescending();
        foreach (var version in versions.Prepend(wanted))
        {
            try
            {
                if (version != Current?.Version)
                {
                    var snapshot = await store.LoadAsync(version, SnapshotParts.All, cancellationToken);
                    Swap(await BackgroundWork.RunAsync("model", () => Tables(snapshot)).ConfigureAwait(false));
                }

                return;
            }
            catch (Exception exception) when (IsOfTheVersion(exception, cancellationToken))
            {
                _unusableVersion = wanted;
                LogUnusable(version, exception.Message.TrimEnd('.'), exception is CorruptSnapshotException or ModelNotFoundException ? null : exception);
            }
        }
    }

    // The Gramian of a large model takes long, and so do its masks.
    private ServingModel Tables(FactorSnapshot snapshot)
    {
        var model = ServingModel.Create(snapshot);
        masks.Prepare(model);
        return model;
    }

    // A store that is away says nothing about the version; whatever else happens would happen again.
    private static bool IsOfTheVersion(Exception exception, CancellationToken cancellationToken) =>
        exception is not StoreUnavailableException && !cancellationToken.IsCancellationRequested;

    private void Swap(ServingModel model)
    {
        lock (_swapping)
        {
            trials.OnSwapped(_current, model);
            Volatile.Write(ref _current, model);
            _folded.Clear();
        }

        instruments.OnModelSwapped(model.Snapshot, isNew: _started && model.Version > _newest, Time.GetUtcNow());
        _newest = Math.Max(_newest, model.Version);
        LogServing(model.Version, model.Snapshot.Movies.Count, model.Snapshot.Users.Count);
        _changed.Raise();
    }

    [LoggerMessage(EventId = 3030, Level = LogLevel.Information,
        Message = "Model {Version} serves: {Movies} movies, {Users} users.")]
    private partial void LogServing(long version, int movies, int users);

    [LoggerMessage(EventId = 3031, Level = LogLevel.Error,
        Message = "Model {Version} cannot serve: {Reason}. An older model will serve if there is one.")]
    private partial void LogUnusable(long version, string reason, Exception? exception);
}
