using Grpc.Core;

namespace OnlineCF.Client;

/// <summary>Sizes, pauses and limits of a <see cref="RatingStream"/>.</summary>
public sealed record RatingStreamOptions
{
    /// <summary>
    /// Ratings that are sent together at most. Those written one by one go at once while the server keeps up and together
    /// while it doesn't. At least 1 and at most what the server takes, 10,000 unless it is set otherwise.
    /// </summary>
    public int BatchSize { get; init; } = 1024;

    /// <summary>
    /// Ratings that are kept because no silo has acknowledged them; who writes more waits. This bounds the memory: about 100
    /// bytes a rating. At least <see cref="BatchSize"/>.
    /// </summary>
    public int MostUnacknowledged { get; init; } = 8192;

    /// <summary>Batches that are sent before the first of them is acknowledged. At least 1; 1 waits for each.</summary>
    public int BatchesUnderWay { get; init; } = 8;

    /// <summary>The pause before the first attempt after the stream broke; each further one is twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause between two attempts.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// How long no silo may acknowledge anything after the stream broke before it ends with <see cref="ServerLostException"/>;
    /// <see cref="Timeout.InfiniteTimeSpan"/> to go on for ever.
    /// </summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a silo may leave what was sent without an answer before another one is tried. A stream that has nothing to
    /// send for so long is closed, and opened again by the next rating.
    /// </summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether to try again before any silo has ever answered. False ends the stream with the first failure, so that a wrong
    /// address is noticed at once.
    /// </summary>
    public bool WaitsForFirstAnswer { get; init; } = true;

    /// <summary>Rejected ratings whose reasons <see cref="RatingTotals.Rejections"/> keeps, the first ones; 0 or more.</summary>
    public int MostRejectionsKept { get; init; } = 100;

    /// <summary>
    /// Called with each batch as it is acknowledged, in order, one at a time, on the stream's own thread: no answer is read
    /// before it returns. What it throws ends the stream.
    /// </summary>
    public Action<RatingAcknowledgement>? Acknowledged { get; init; }

    /// <summary>Called with the reason each time the stream broke and what is not acknowledged will be sent again.</summary>
    public Action<RpcException>? Interrupted { get; init; }

    /// <summary>Measures pauses and limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Refuses what makes no sense.</summary>
    internal RatingStreamOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostUnacknowledged, BatchSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchesUnderWay, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FirstPause, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestPause, FirstPause);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AnswerTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(MostRejectionsKept);
        if (GiveUpAfter != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(GiveUpAfter, TimeSpan.Zero);
        }

        return this;
    }
}
