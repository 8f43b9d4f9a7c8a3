using Npgsql;
using OnlineCF.Core;
using OnlineCF.Storage.Groups;

namespace OnlineCF.Storage.Postgres.Ratings;

/// <summary>
/// This silo's one writer of the log: a thread that takes all appends waiting for it into one statement. A group whose
/// answer is lost is not sent again, for it may be in: its callers learn that they do not know.
/// </summary>
internal sealed class RatingLogWriter : IDisposable
{
    private readonly PostgresStore _store;
    private readonly Action<long> _reached;
    private readonly GroupQueue _queue;
    private readonly AppendStatement _statement = new();
    private readonly Thread _thread;
    private NpgsqlConnection? _connection;
    private int _disposed;

    /// <summary>Starts the thread.</summary>
    /// <param name="store">The database.</param>
    /// <param name="reached">Told of the highest sequence committed, before the callers are.</param>
    public RatingLogWriter(PostgresStore store, Action<long> reached)
    {
        (_store, _reached) = (store, reached);
        _queue = new GroupQueue(store.Options.QueueLength);
        _thread = new Thread(WriteUntilClosed) { Name = "onlinecf-postgres-writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Queues the append and waits until it is committed.</summary>
    /// <exception cref="StoreUnavailableException">It is not known to be committed, or the log is closed.</exception>
    public ValueTask<long> AppendAsync(AppendWork work, CancellationToken cancellationToken) =>
        _queue.RunAsync(work, cancellationToken);

    /// <summary>Takes no more appends, finishes those that wait, and closes the connection.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _queue.Close();
            _thread.Join();
            Disconnect();
            _statement.Dispose();
            _queue.Dispose();
        }
    }

    private void WriteUntilClosed()
    {
        var group = new List<GroupWork>();
        while (_queue.WaitForChangesAsync().GetAwaiter().GetResult())
        {
            _queue.TakeGroup(group);
            Write([.. group.Cast<AppendWork>()]);
            group.Clear();
        }
    }

    private void Write(List<AppendWork> group)
    {
        var later = new List<AppendWork>();
        while (group.Count > 0)
        {
            var now = OncePerUser(group, later);
            if (!TryCommit(now, out var failure))
            {
                now.Concat(later).ToList().ForEach(work => work.Fail(failure));
                return;
            }

            now.ForEach(work => work.Complete());
            (group, later) = (later, []);
        }
    }

    /// <summary>
    /// Whether a call that follows another of its user in a group finds what it expects is only known when the other
    /// is committed.
    /// </summary>
    private static List<AppendWork> OncePerUser(List<AppendWork> group, List<AppendWork> later)
    {
        var users = new HashSet<long>(group.Count);
        var now = new List<AppendWork>(group.Count);
        foreach (var work in group)
        {
            (users.Add(work.UserId) ? now : later).Add(work);
        }

        return now;
    }

    private bool TryCommit(List<AppendWork> group, out StoreUnavailableException failure)
    {
        try
        {
            _connection ??= _store.Source.OpenConnection();
            var highest = _statement.Execute(_connection, group);
            _store.OnAnswered();
            _reached(highest);
            failure = null!;
            return true;
        }
        catch (Exception e)
        {
            // What state the connection is in is not worth asking.
            Disconnect();
            failure = _store.OnFailed(e);
            return false;
        }
    }

    private void Disconnect()
    {
        try
        {
            _connection?.Dispose();
        }
        catch (NpgsqlException)
        {
            // It was gone already.
        }

        _connection = null;
    }
}
