namespace OnlineCF.Grains.Training;

/// <summary>Decides when rounds start; one in the cluster, key 0.</summary>
[Alias("onlinecf.ITrainingGrain")]
public interface ITrainingGrain : IGrainWithIntegerKey
{
    /// <summary>Activates the grain, so that rounds start by themselves.</summary>
    [Alias("Wake"), ResponseTimeout("00:00:30")]
    public Task WakeAsync();

    /// <summary>Starts a round now.</summary>
    [Alias("Start"), ResponseTimeout("00:00:30")]
    public Task<StartOutcome> StartAsync(bool fullRetrain);

    /// <summary>Ends the running round; nothing of it will be published.</summary>
    /// <returns>The round; null when none runs, or it is just being concluded.</returns>
    [Alias("Cancel"), ResponseTimeout("00:00:30")]
    public Task<long?> CancelAsync();

    /// <summary>Where training stands.</summary>
    [Alias("GetStatus")]
    public Task<TrainingStatus> GetStatusAsync();

    /// <summary>Makes a kept version serve on every silo; a running round is cancelled, for it was measured against another.</summary>
    [Alias("Rollback"), ResponseTimeout("00:00:30")]
    public Task<RollbackOutcome> RollbackAsync(long version);

    /// <summary>
    /// Events with a number above <paramref name="afterNumber"/>: at once when there are some, else when
    /// they come, or none after <paramref name="timeout"/>. Kept are the events of the running or last round.
    /// </summary>
    [Alias("WaitForEvents"), Orleans.Concurrency.AlwaysInterleave, ResponseTimeout("00:00:30")]
    public Task<TrainingEvent[]> WaitForEventsAsync(long afterNumber, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>The worker's report after an epoch.</summary>
    [Alias("ReportEpoch"), ResponseTimeout("00:00:30")]
    public Task ReportEpochAsync(TrainingEvent report);

    /// <summary>The worker's report at the end of a round.</summary>
    [Alias("ReportFinished"), ResponseTimeout("00:00:30")]
    public Task ReportFinishedAsync(RoundReport report);
}
