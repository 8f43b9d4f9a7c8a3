using Microsoft.Extensions.Logging;
using OnlineCF.Core;

namespace OnlineCF.Storage.Postgres.Database;

/// <summary>Whether the database answers, said once when it no longer does and once when it does again.</summary>
/// <param name="database">What it is called, without a password.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Whom to tell.</param>
internal sealed class PostgresCondition(string database, TimeProvider time, ILogger logger)
{
    // While it comes and goes that is one fault, not many.
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private volatile string? _fault;
    private bool _told;
    private long _toldAt;

    /// <summary>Why the last statement failed, for people; null when it did not.</summary>
    public string? Fault => _fault;

    /// <summary>A statement has succeeded.</summary>
    public void OnAnswered()
    {
        if (_fault is null)
        {
            return;
        }

        lock (_lock)
        {
            _fault = null;
            if (_told)
            {
                _told = false;
                logger.AnswersAgain(database);
            }
        }
    }

    /// <summary>A statement has failed.</summary>
    /// <returns>What its caller gets.</returns>
    public StoreUnavailableException OnFailed(Exception e)
    {
        var failure = PostgresFaults.Unavailable(database, e);
        lock (_lock)
        {
            _fault = failure.Message;
            if (!_told && (_toldAt == 0 || time.GetElapsedTime(_toldAt) >= Quiet))
            {
                (_told, _toldAt) = (true, time.GetTimestamp());
                logger.CannotBeReached(failure.Message);
            }
        }

        return failure;
    }
}
