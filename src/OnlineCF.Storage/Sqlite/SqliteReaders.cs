using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using OnlineCF.Core;

namespace OnlineCF.Storage.Sqlite;

/// <summary>
/// A few read connections. SQLite's calls block, so each read runs on the thread pool, never on the caller's
/// scheduler, and never more of them at once than there are connections.
/// </summary>
internal sealed class SqliteReaders : IDisposable
{
    private readonly Channel<SqliteSession> _idle;
    private readonly int _count;
    private volatile bool _closed;

    /// <summary>Opens the connections.</summary>
    public SqliteReaders(Func<SqliteSession> open, int count)
    {
        _count = count;
        _idle = Channel.CreateBounded<SqliteSession>(count);
        for (var i = 0; i < count; i++)
        {
            _idle.Writer.TryWrite(open());
        }
    }

    /// <summary>Reads on an idle connection, or waits for one.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be read, or the store is closed.</exception>
    public async ValueTask<TResult> RunAsync<TResult>(
        Func<SqliteSession, TResult> read, CancellationToken cancellationToken)
    {
        var session = await RentAsync(cancellationToken);
        return await Task.Run(() => Read(session, read), CancellationToken.None);
    }

    /// <summary>Takes no more reads and closes the connections, each after the read that it is in.</summary>
    public void Dispose()
    {
        _closed = true;
        for (var i = 0; i < _count; i++)
        {
            _idle.Reader.ReadAsync().AsTask().GetAwaiter().GetResult().Dispose();
        }

        _idle.Writer.Complete();
    }

    private async ValueTask<SqliteSession> RentAsync(CancellationToken cancellationToken)
    {
        try
        {
            var session = await _idle.Reader.ReadAsync(cancellationToken);
            if (!_closed)
            {
                return session;
            }

            _idle.Writer.TryWrite(session);
        }
        catch (ChannelClosedException)
        {
            // All are closed by now.
        }

        throw new StoreUnavailableException("The store is closed.");
    }

    // The connection goes back from here, not from the caller's scheduler, where it could wait for its turn.
    private TResult Read<TResult>(SqliteSession session, Func<SqliteSession, TResult> read)
    {
        try
        {
            return read(session);
        }
        catch (SqliteException e)
        {
            throw new StoreUnavailableException($"The store could not read: {e.Message}", e);
        }
        finally
        {
            _idle.Writer.TryWrite(session);
        }
    }
}
