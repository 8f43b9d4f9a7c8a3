using Npgsql;
using OnlineCF.Storage.Postgres.Database;

namespace OnlineCF.Storage.Postgres.Ratings;

/// <summary>
/// Follows how far the log has come, whoever appends: one connection that listens, and looks by itself four times a
/// second, so that a notification that was missed costs no more than that.
/// </summary>
internal sealed class PostgresLogTail : IDisposable
{
    private const string Listen = "LISTEN rating_log";
    private const string SelectEnd = "SELECT sequence FROM rating_log_end";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly PostgresStore _store;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _following;
    private long _sequence;

    /// <summary>Starts to follow.</summary>
    /// <param name="store">The database.</param>
    /// <param name="sequence">What the log has reached.</param>
    public PostgresLogTail(PostgresStore store, long sequence)
    {
        (_store, _sequence) = (store, sequence);
        _following = Task.Run(FollowAsync);
    }

    /// <summary>A sequence that the log has reached. Never goes back.</summary>
    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>The log has reached this sequence.</summary>
    public void Advance(long sequence)
    {
        var known = Sequence;
        while (known < sequence)
        {
            var found = Interlocked.CompareExchange(ref _sequence, sequence, known);
            known = found == known ? sequence : found;
        }
    }

    /// <summary>Stops and closes the connection.</summary>
    public void Dispose()
    {
        if (!_stopping.IsCancellationRequested)
        {
            _stopping.Cancel();
            _following.GetAwaiter().GetResult();
            _stopping.Dispose();
        }
    }

    private async Task FollowAsync()
    {
        var stopping = _stopping.Token;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                if (PostgresFaults.IsOfDatabase(e))
                {
                    _store.OnFailed(e);
                }

                await PauseAsync(stopping);
            }
            catch (Exception)
            {
                return;
            }
        }
    }

    private async Task FollowAsync(CancellationToken stopping)
    {
        await using var connection = await _store.Source.OpenConnectionAsync(stopping);
        await using var listen = new NpgsqlCommand(Listen, connection);
        await listen.ExecuteNonQueryAsync(stopping);
        await using var end = new NpgsqlCommand(SelectEnd, connection);
        while (true)
        {
            Advance((long)(await end.ExecuteScalarAsync(stopping))!);
            _store.OnAnswered();
            await connection.WaitAsync(Poll, stopping);
        }
    }

    private async Task PauseAsync(CancellationToken stopping)
    {
        try
        {
            await Task.Delay(PauseAfterFault, _store.Options.Time, stopping);
        }
        catch (OperationCanceledException)
        {
            // The loop ends.
        }
    }
}
