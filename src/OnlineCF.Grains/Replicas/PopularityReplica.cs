using Microsoft.Extensions.Logging;
using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Streams;
using OnlineCF.Grains.Telemetry;
using Orleans.Runtime;

namespace OnlineCF.Grains.Replicas;

/// <summary>All movies' statistics, followed from the partitions by what changes.</summary>
public sealed class PopularityReplica(
    IGrainFactory grains, IRatingLog log, OnlineCFInstruments instruments, TimeProvider time,
    ILogger<PopularityReplica> logger)
    : PollingReplica(
        "movies' statistics", "popular lists may be old", TimeSpan.FromMilliseconds(500), time, logger)
{
    private readonly ChangeMark[] _known = [.. Enumerable.Repeat(ChangeMark.Start, RatingStream.Partitions)];
    private readonly long[] _sequences = new long[RatingStream.Partitions];
    private readonly ChangeSignal _changed = new();
    private readonly TaskCompletionSource _firstLook = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The statistics as far as they are known here.</summary>
    public PopularityTable Table { get; } = new();

    /// <summary>Completes when the table changes after this call.</summary>
    public Task Changed => _changed.Next;

    /// <summary>Another number after each change, and other ones on each silo.</summary>
    public long ChangeNumber => _changed.Number;

    /// <summary>Every rating up to and with this sequence is in <see cref="Table"/>.</summary>
    public long Sequence => Table.Sequence;

    /// <summary>Completes after the first look, well or ill.</summary>
    public Task FirstLook => _firstLook.Task;

    /// <inheritdoc/>
    /// <remarks>A first look before the silo's callers come, so that no movie is unknown to them for a moment.</remarks>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PollAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or StoreUnavailableException)
        {
            // The next look says what is wrong.
        }
        finally
        {
            _firstLook.TrySetResult();
        }

        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task PollAsync(CancellationToken cancellationToken)
    {
        var movies = new List<RatedMovie>();
        try
        {
            for (var partition = 0; partition < _known.Length; partition++)
            {
                await FollowAsync(partition, movies, cancellationToken);
            }
        }
        finally
        {
            // Marks have moved past what was read, even where a later read failed.
            var sequence = _sequences.Min();
            if (movies.Count > 0 || sequence != Sequence)
            {
                Table.Apply(movies, sequence);
                _changed.Raise();
            }
        }

        instruments.OnStreamPosition(Math.Max(0, log.KnownSequence - Sequence));
    }

    private async Task FollowAsync(int partition, List<RatedMovie> movies, CancellationToken cancellationToken)
    {
        StatisticsPage page;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            page = await grains.GetGrain<IRatingPartitionGrain>(partition).GetChangesAsync(_known[partition]);
            movies.AddRange(page.Movies);
            _known[partition] = page.Mark;
        }
        while (page.HasMore);

        _sequences[partition] = page.Sequence;
    }
}
