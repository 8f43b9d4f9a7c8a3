using System.Globalization;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using OnlineCF.Core;
using SQLitePCL;

namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>
/// A few read connections for reads of one kind. SQLite's calls block, so each read runs on another thread than
/// the caller's, and never more of them at once than there are connections. A read whose caller has given up is
/// interrupted, and so is what runs when the store closes.
/// </summary>
internal sealed class SqliteReaders : IDisposable
{
    private readonly Channel<SqliteSession> _idle;
    private readonly Opening _opening;
    private readonly TimeProvider _time;
    private readonly string _name;
    private readonly int _count;
    private readonly TimeSpan _patience;
    private readonly ManualResetEventSlim _goOn = new(initialState: true);
    private volatile bool _closed;

    /// <summary>Opens the connections.</summary>
    /// <param name="opening">How.</param>
    /// <param name="name">What is read, in the plural, for people.</param>
    /// <param name="count">Reads at the same time.</param>
    /// <param name="patience">How long a read waits for a connection.</param>
    public SqliteReaders(Opening opening, string name, int count, TimeSpan patience)
    {
        (_opening, _time, _name, _count, _patience) = (opening, opening.Time, name, count, patience);
        _idle = Channel.CreateBounded<SqliteSession>(count);
        try
        {
            for (var i = 0; i < count; i++)
            {
                _idle.Writer.TryWrite(Open());
            }
        }
        catch
        {
            CloseIdle();
            throw;
        }
    }

    /// <summary>
    /// How long a read may run; none by default. Reads that may run long have a thread each, for threads of the
    /// pool would be missed, and stand aside when they are asked to.
    /// </summary>
    public TimeSpan RunLimit { get; init; } = Timeout.InfiniteTimeSpan;

    private bool RunsLong => RunLimit != Timeout.InfiniteTimeSpan;

    /// <summary>Reads on an idle connection, or waits for one.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The file cannot be read, all connections were busy for too long, the read took too long, or the store is closed.
    /// </exception>
    public async ValueTask<TResult> RunAsync<TResult>(
        Func<SqliteSession, TResult> read, CancellationToken cancellationToken)
    {
        var session = await RentAsync(cancellationToken);
        session.Reading = new(_time.GetTimestamp(), cancellationToken);
        return await Task.Factory.StartNew(
            () => Read(session, read),
            CancellationToken.None,
            RunsLong ? TaskCreationOptions.LongRunning : TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);
    }

    /// <summary>Interrupts reads that run long; they begin anew after <see cref="GoOn"/>.</summary>
    public void StandAside()
    {
        if (RunsLong)
        {
            _goOn.Reset();
        }
    }

    /// <summary>Lets them begin.</summary>
    public void GoOn() => _goOn.Set();

    /// <summary>Takes no more reads, interrupts those that run and closes the connections.</summary>
    public void Dispose()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        _goOn.Set();
        for (var i = 0; i < _count; i++)
        {
            _idle.Reader.ReadAsync().AsTask().GetAwaiter().GetResult().Dispose();
        }

        _idle.Writer.Complete();
    }

    /// <summary>Opens all connections anew, each after the read that it is in. Where one cannot be opened, none is.</summary>
    public void Renew()
    {
        var old = new List<SqliteSession>();
        var renewed = new List<SqliteSession>();
        try
        {
            for (var i = 0; i < _count; i++)
            {
                renewed.Add(Open());
                old.Add(_idle.Reader.ReadAsync().AsTask().GetAwaiter().GetResult());
            }
        }
        catch
        {
            (old, renewed) = (renewed, old);
            throw;
        }
        finally
        {
            renewed.ForEach(session => _idle.Writer.TryWrite(session));
            old.ForEach(session => session.Dispose());
        }
    }

    private SqliteSession Open()
    {
        var session = _opening.Open();
        session.StopWhen(MustStop);
        return session;
    }

    private void CloseIdle()
    {
        _closed = true;
        while (_idle.Reader.TryRead(out var session))
        {
            session.Dispose();
        }
    }

    private async ValueTask<SqliteSession> RentAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_idle.Reader.TryRead(out var session))
        {
            session = await WaitAsync(cancellationToken);
        }

        if (_closed)
        {
            _idle.Writer.TryWrite(session);
            throw Closed();
        }

        return session;
    }

    private async ValueTask<SqliteSession> WaitAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await _idle.Reader.ReadAsync(either.Token);
        }
        catch (ChannelClosedException)
        {
            throw Closed();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Busy();
        }
    }

    // The connection goes back from here, not from the caller's scheduler, where it could wait for its turn.
    private TResult Read<TResult>(SqliteSession session, Func<SqliteSession, TResult> read)
    {
        try
        {
            while (true)
            {
                try
                {
                    return _goOn.Wait(_patience, session.Reading.Cancellation) ? read(session) : throw Busy();
                }
                catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_INTERRUPT)
                {
                    RefuseStopped(session);
                }
            }
        }
        catch (SqliteException e)
        {
            throw new StoreUnavailableException(SqliteFaults.Explain(_opening.File, "read", e), e);
        }
        finally
        {
            session.Reading = default;
            _idle.Writer.TryWrite(session);
        }
    }

    private bool MustStop(SqliteSession session) =>
        _closed || !_goOn.IsSet || session.Reading.Cancellation.IsCancellationRequested || TookTooLong(session);

    private bool TookTooLong(SqliteSession session) =>
        RunsLong && _time.GetElapsedTime(session.Reading.StartedAt) > RunLimit;

    // Returns where the read only stood aside.
    private void RefuseStopped(SqliteSession session)
    {
        session.Reading.Cancellation.ThrowIfCancellationRequested();
        if (_closed)
        {
            throw Closed();
        }

        if (TookTooLong(session))
        {
            throw new StoreUnavailableException(string.Create(
                CultureInfo.InvariantCulture, $"It took longer than {RunLimit.TotalSeconds:0.#} s, more than {_name} may."));
        }
    }

    private StoreUnavailableException Busy() => new(string.Create(
        CultureInfo.InvariantCulture, $"The store was busy with other {_name} for {_patience.TotalSeconds:0.#} s. Try again."));

    private static StoreUnavailableException Closed() => new("The store is closed.");

    /// <summary>How connections to which file are opened, and the clock of their limits.</summary>
    internal sealed record Opening(string File, Func<SqliteSession> Open, TimeProvider Time);
}
