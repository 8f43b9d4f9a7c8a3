using Microsoft.Data.Sqlite;
using OnlineCF.Core;
using OnlineCF.Storage.Groups;

namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>
/// The only writer of the database: one thread that takes all changes waiting for it into one transaction,
/// so that a thousand callers share one fsync. A group is durable whole or fails whole.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const string BeginTransaction = "BEGIN IMMEDIATE";
    private const string CommitTransaction = "COMMIT";
    private const string RollBackTransaction = "ROLLBACK";

    private readonly GroupQueue _queue;
    private readonly Func<SqliteSession> _open;
    private readonly DatabaseFiles _files;
    private readonly WriteCondition _condition;
    private readonly LogEmptying _emptying;
    private readonly Thread _thread;
    private SqliteSession? _session;
    private long _commits;

    /// <summary>Starts the thread; at most <paramref name="queueLength"/> changes wait, further callers wait to wait.</summary>
    /// <param name="open">Opens the connection where <paramref name="session"/> is null, and after errors.</param>
    /// <param name="session">The connection.</param>
    /// <param name="parts">What the writer asks and tells.</param>
    /// <param name="queueLength">Changes that may wait.</param>
    public SqliteWriter(Func<SqliteSession> open, SqliteSession? session, Parts parts, int queueLength)
    {
        (_open, _session) = (open, session);
        (_files, _condition, _emptying) = parts;
        _queue = new GroupQueue(queueLength);
        _thread = new Thread(WriteUntilClosed) { Name = "onlinecf-sqlite-writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Transactions committed so far.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>Queues the change and waits until it is durable.</summary>
    /// <exception cref="StoreUnavailableException">It is not known to be durable, or the store is closed.</exception>
    public ValueTask<TResult> RunAsync<TResult>(WriteWork<TResult> work, CancellationToken cancellationToken) =>
        _queue.RunAsync(work, cancellationToken);

    /// <summary>Takes no more changes, finishes those that wait, and closes the connection.</summary>
    public void Dispose()
    {
        _queue.Close();
        _thread.Join();
        _session?.Dispose();
        _session = null;
        _queue.Dispose();
    }

    private void WriteUntilClosed()
    {
        var group = new List<GroupWork>();
        while (WaitForChanges())
        {
            _queue.TakeGroup(group);
            if (group.Count > 0)
            {
                Write(group);
                group.Clear();
            }

            EmptyLog(now: false);
        }

        while (_emptying.Pending)
        {
            EmptyLog(now: true);
        }
    }

    private bool WaitForChanges()
    {
        var changes = _queue.WaitForChangesAsync();
        while (!changes.Wait(_emptying.Pause))
        {
            EmptyLog(now: true);
        }

        return changes.Result;
    }

    private void EmptyLog(bool now)
    {
        if (_emptying.Pending)
        {
            _emptying.Attempt(() => _session ??= _open(), now);
        }
    }

    private void Write(List<GroupWork> group)
    {
        try
        {
            Commit(group);
        }
        catch (Exception e)
        {
            RollBack(e);
            group.ForEach(work => work.RolledBack());
            FailAll(group, e);
            return;
        }

        _condition.OnCommitted();
        Interlocked.Increment(ref _commits);
        group.ForEach(work => work.Committed());
        if (group[0].IsAlone)
        {
            _emptying.Add(group[0]);
        }
        else
        {
            group.ForEach(work => work.Complete());
        }
    }

    private void Commit(List<GroupWork> group)
    {
        _files.RefuseMissing();
        var session = _session ??= _open();
        session.Use(BeginTransaction).Run();
        foreach (var work in group)
        {
            ((IWriteWork)work).Execute(session);
        }

        session.Use(CommitTransaction).Run();
        _files.RefuseLost();
    }

    /// <summary>
    /// Without room the connection stays good. After any other error of SQLite's it is opened anew, for its own
    /// view of the file may be wrong.
    /// </summary>
    private void RollBack(Exception cause)
    {
        try
        {
            _session?.Use(RollBackTransaction).Run();
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself, or closing will.
        }

        if (cause is SqliteException && !SqliteFaults.IsNoRoom(cause))
        {
            _session?.Dispose();
            _session = null;
        }
    }

    private void FailAll(List<GroupWork> group, Exception e)
    {
        var failure = _condition.OnFailed(e);
        group.ForEach(work => work.Fail(failure));
    }

    /// <summary>What the writer asks before a commit, and tells after it.</summary>
    internal sealed record Parts(DatabaseFiles Files, WriteCondition Condition, LogEmptying Emptying);
}
