using OnlineCF.Cli.Commands;

namespace OnlineCF.Cli.Bench;

/// <summary>
/// Measures a server from outside. Each part first runs as fast as the server answers, which gives its speed, and then
/// at half of that speed on a fixed schedule, which gives its latencies.
/// </summary>
/// <param name="connection">The server.</param>
/// <param name="empty">Where the health check costs least: a server with nothing else, or the same.</param>
/// <param name="options">What to measure.</param>
/// <param name="time">The clock.</param>
internal sealed class BenchRun(ServerConnection connection, ServerConnection empty, BenchOptions options, TimeProvider time)
{
    private const double ShareOfSpeed = 0.5;

    private readonly Load _load = new(options.Callers, time);

    /// <summary>The lists of a server that is only read, beside the ceiling of its calls.</summary>
    public async Task<BenchResult> ReadOnlyAsync(CancellationToken cancel)
    {
        await using var calls = new BenchCalls(connection, empty, options);
        var emptyRpc = await PartAsync(calls.EmptyAsync, double.NaN, cancel);
        var lists = await PartAsync(calls.ListAsync, emptyRpc.PerSecond, cancel);
        return new BenchResult(
            Environment.ProcessorCount, options.Duration.TotalSeconds, options.Callers,
            new BenchCeilings(emptyRpc, double.NaN, double.NaN), lists, Math.Round(calls.PersonalizedShare, 3), null, null, null);
    }

    /// <summary>Everything, of a server that may be written to.</summary>
    /// <param name="insertsPerSecond">The ceiling of ratings.</param>
    /// <param name="passMs">The ceiling of one list.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<BenchResult> AllAsync(double insertsPerSecond, double passMs, CancellationToken cancel)
    {
        var result = await ReadOnlyAsync(cancel);
        await using var calls = new BenchCalls(connection, empty, options);
        var training = await TrainingAsync(calls, result.Lists, cancel);
        var (ratings, batchesPerSecond) = await RatingsAsync(calls, insertsPerSecond, cancel);
        var mixed = await MixedAsync(calls, batchesPerSecond * ShareOfSpeed, result.Lists, cancel);
        return result with
        {
            Ceilings = result.Ceilings with { InsertsPerSecond = Math.Round(insertsPerSecond), PassMs = Math.Round(passMs, 4) },
            Training = training,
            Ratings = ratings,
            Mixed = mixed,
        };
    }

    private async Task<BenchPart> PartAsync(Load.Call call, double ceiling, CancellationToken cancel)
    {
        await _load.ClosedAsync(call, options.WarmUp, cancel);
        var closed = await _load.ClosedAsync(call, options.Duration, cancel);
        var open = await _load.OpenAsync(call, options.Duration, closed.PerSecond * ShareOfSpeed, cancel);
        return BenchPart.Of(closed.Calls, closed.PerSecond, ceiling, open.Latency);
    }

    private async Task<BenchTraining> TrainingAsync(BenchCalls calls, BenchPart idle, CancellationToken cancel)
    {
        var (alone, beside) = (new RoundsUnderway(connection), new RoundsUnderway(connection));
        await alone.OneAsync(cancel);
        var lists = await beside.WhileAsync(() => PartAsync(calls.ListAsync, idle.PerSecond, cancel), cancel);
        return new BenchTraining(lists, beside.Count, Math.Round(beside.RatingsPerSecond / alone.RatingsPerSecond, 3));
    }

    private async Task<(BenchPart Ratings, double BatchesPerSecond)> RatingsAsync(
        BenchCalls calls, double ceiling, CancellationToken cancel)
    {
        // Only what is new is durable work, so that accepted ratings alone count.
        await _load.ClosedAsync(calls.RateAsync, options.WarmUp, cancel);
        var (before, started) = (calls.Accepted, time.GetTimestamp());
        var closed = await _load.ClosedAsync(calls.RateAsync, options.Duration, cancel);
        var perSecond = (calls.Accepted - before) / time.GetElapsedTime(started).TotalSeconds;
        var open = await _load.OpenAsync(calls.RateAsync, options.Duration, closed.PerSecond * ShareOfSpeed, cancel);
        return (BenchPart.Of(closed.Calls, perSecond, ceiling, open.Latency), closed.PerSecond);
    }

    private async Task<BenchMixed> MixedAsync(BenchCalls calls, double batchesPerSecond, BenchPart idle, CancellationToken cancel)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var (before, started) = (calls.Accepted, time.GetTimestamp());
        var ratings = _load.OpenAsync(
            calls.RateAsync, (options.WarmUp + options.Duration + options.Duration) * 2, batchesPerSecond, enough.Token);
        var lists = await PartAsync(calls.ListAsync, idle.PerSecond, cancel);
        var perSecond = (calls.Accepted - before) / time.GetElapsedTime(started).TotalSeconds;
        await enough.CancelAsync();
        await ((Task)ratings).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
        return new BenchMixed(lists, Math.Round(perSecond));
    }
}
