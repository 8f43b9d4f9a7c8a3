using System.Globalization;
using Microsoft.Data.Sqlite;
using OnlineCF.Core;
using OnlineCF.Storage.Groups;

namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>
/// Empties the write-ahead log after erasures. Readers of older contents keep it from that; the writer waits for
/// them in short attempts between its commits, so that no acknowledgement waits for a reader's whole way.
/// </summary>
/// <param name="searches">The reads that run long, which stand aside.</param>
/// <param name="patience">How long an erasure waits for readers.</param>
/// <param name="time">The clock of the wait.</param>
internal sealed class LogEmptying(SqliteReaders searches, TimeSpan patience, TimeProvider time)
{
    private const string TruncateLog = "PRAGMA wal_checkpoint(TRUNCATE)";
    private const int ShortestAttemptMs = 5;
    private const int LongestAttemptMs = 200;

    private readonly List<(GroupWork Work, long Since)> _waiting = [];
    private int _attemptMs = ShortestAttemptMs;
    private long _lastAttempt;

    /// <summary>Whether an erasure waits for the log to be emptied.</summary>
    public bool Pending => _waiting.Count > 0;

    /// <summary>How long the writer may wait for changes: as long as it has tried, so that half of its time is for them.</summary>
    public TimeSpan Pause => Pending ? TimeSpan.FromMilliseconds(_attemptMs) : Timeout.InfiniteTimeSpan;

    private bool IsDue => _attemptMs == ShortestAttemptMs || time.GetElapsedTime(_lastAttempt) >= Pause;

    /// <summary>Takes an erasure that is committed; it completes with the log emptied, or fails.</summary>
    public void Add(GroupWork work) => _waiting.Add((work, time.GetTimestamp()));

    /// <summary>Tries to empty the log where that is due.</summary>
    /// <param name="writer">The writer's connection.</param>
    /// <param name="now">Try also where it is not due.</param>
    public void Attempt(Func<SqliteSession> writer, bool now)
    {
        if (Pending && (now || IsDue))
        {
            Attempt(writer);
        }
    }

    private void Attempt(Func<SqliteSession> writer)
    {
        try
        {
            if (Truncate(writer()))
            {
                End(_waiting.Count, work => work.Complete());
                return;
            }

            searches.StandAside();
            _attemptMs = Math.Min(_attemptMs * 2, LongestAttemptMs);
            _lastAttempt = time.GetTimestamp();
            End(
                _waiting.TakeWhile(waiting => time.GetElapsedTime(waiting.Since) >= patience).Count(),
                work => work.Fail(new StoreUnavailableException(
                    "The contents are erased, but a reader kept them from being overwritten; erase again.")));
        }
        catch (Exception e) when (e is SqliteException or StoreUnavailableException)
        {
            End(_waiting.Count, work => work.Fail(new StoreUnavailableException(
                $"The contents are erased, but could not be overwritten: {e.Message}", e)));
        }
    }

    private bool Truncate(SqliteSession session)
    {
        session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {_attemptMs}"));
        using var rows = session.Use(TruncateLog);
        return !rows.Step() || rows.Int64(0) == 0;
    }

    private void End(int count, Action<GroupWork> end)
    {
        var ended = _waiting.Take(count).ToList();
        _waiting.RemoveRange(0, count);
        if (!Pending)
        {
            _attemptMs = ShortestAttemptMs;
            searches.GoOn();
        }

        ended.ForEach(waiting => end(waiting.Work));
    }
}
