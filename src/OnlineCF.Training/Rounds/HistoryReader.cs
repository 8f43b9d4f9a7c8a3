using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Rounds;

/// <summary>Keeps a history up to date with the rating log, from round to round.</summary>
internal sealed class HistoryReader(IRatingReader log)
{
    private const int ReadLimit = 8192;

    private long _forgottenThrough;

    /// <summary>All current ratings as of the last read.</summary>
    public RatingHistory History { get; private set; } = new();

    /// <summary>Reads on to the log's end.</summary>
    /// <param name="round">Whose caller reads.</param>
    /// <param name="cancellationToken">Gives up between pages.</param>
    /// <exception cref="StoreUnavailableException">The log cannot be read; what was read is kept.</exception>
    public void ReadOn(BackgroundRound round, CancellationToken cancellationToken)
    {
        // The port says that the caller's thread may be busy: waiting there blocks nobody else.
        var end = round.Ask(() => log.ReadEndAsync(cancellationToken).AsTask().GetAwaiter().GetResult());
        while (History.LastSequence < end)
        {
            var page = round.Ask(() =>
                log.ReadAsync(History.LastSequence, ReadLimit, cancellationToken).AsTask().GetAwaiter().GetResult());
            if (IsOvertakenBy(page))
            {
                History = new RatingHistory();
                continue;
            }

            if (page.Entries.Count == 0)
            {
                return;
            }

            foreach (var entry in page.Entries)
            {
                History.Apply(entry);
            }
        }
    }

    // Since the page before, deletions were dropped that this history has not seen, and it may have what they delete.
    // What was dropped before the first page is no such thing: the ratings were gone by then.
    private bool IsOvertakenBy(LogPage page)
    {
        if (page.ForgottenThrough <= _forgottenThrough)
        {
            return false;
        }

        _forgottenThrough = page.ForgottenThrough;
        return History.LastSequence < page.ForgottenThrough;
    }
}
