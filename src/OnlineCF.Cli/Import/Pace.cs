namespace OnlineCF.Cli.Import;

/// <summary>Spreads batches evenly over time; after a pause it goes on at its pace and does not make up for it.</summary>
/// <param name="ratingsPerSecond">Greater than 0.</param>
/// <param name="time">The clock to wait by.</param>
internal sealed class Pace(int ratingsPerSecond, TimeProvider time)
{
    private const int BatchesPerSecond = 5;

    private long _due = time.GetTimestamp();

    /// <summary>Ratings a batch, so that some batches are sent each second.</summary>
    public int BatchSize { get; } = Math.Clamp(ratingsPerSecond / BatchesPerSecond, 1, RatingBatch.Size);

    /// <summary>Returns when the next batch is due.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var pause = time.GetElapsedTime(time.GetTimestamp(), _due);
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, time, cancellationToken);
        }

        // A timer that is late is made up for, a server that is late is not.
        var interval = time.TimestampFrequency * BatchSize / ratingsPerSecond;
        _due = Math.Max(_due, time.GetTimestamp() - interval) + interval;
    }
}
