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

    /// <summary>Opens the connections.</summary>
    public SqliteReaders(Func<SqliteSession> open, int count)
    {
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
        try
        {
            return await Task.Run(() => read(session), CancellationToken.None);
        }
        catch (SqliteException e)
        {
            throw new StoreUnavailableException($"The store could not read: {e.Message}", e);
        }
        finally
        {
            // Closed meanwhile: nobody else will close this one.
            if (!_idle.Writer.TryWrite(session))
            {
                session.Dispose();
            }
        }
    }

    /// <summary>Closes the idle connections now and each busy one after its read.</summary>
    public void Dispose()
    {
        _idle.Writer.TryComplete();
        while (_idle.Reader.TryRead(out var session))
        {
            session.Dispose();
        }
    }

    private async ValueTask<SqliteSession> RentAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _idle.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new StoreUnavailableException("The store is closed.", e);
        }
    }
}
