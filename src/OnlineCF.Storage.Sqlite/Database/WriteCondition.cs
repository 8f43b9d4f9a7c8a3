using Microsoft.Extensions.Logging;
using OnlineCF.Core;

namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>Whether the writer can write, said once when it no longer can and once when it can again.</summary>
/// <param name="file">The database.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Whom to tell.</param>
internal sealed class WriteCondition(string file, TimeProvider time, ILogger logger)
{
    // A disk with little room takes small changes and refuses large ones; that is one fault, not many.
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private volatile string? _fault;
    private string? _told;
    private long _toldAt;

    /// <summary>Why the last change was not written, for people; null when it was.</summary>
    public string? Fault => _fault;

    /// <summary>Whether the file was found to be damaged.</summary>
    public bool Damaged { get; private set; }

    /// <summary>A commit is durable.</summary>
    public void OnCommitted()
    {
        if (_fault is null)
        {
            return;
        }

        _fault = null;
        if (_told is not null)
        {
            logger.CanWriteAgain(file);
            _told = null;
        }
    }

    /// <summary>A commit failed.</summary>
    /// <returns>What its callers get.</returns>
    public StoreUnavailableException OnFailed(Exception e)
    {
        Damaged |= SqliteFaults.IsDamage(e);
        var fault = e is StoreUnavailableException ? e.Message : SqliteFaults.Explain(file, "written", e);
        _fault = fault;
        if (_told != fault && (_toldAt == 0 || time.GetElapsedTime(_toldAt) >= Quiet))
        {
            (_told, _toldAt) = (fault, time.GetTimestamp());
            logger.CannotWrite(fault);
        }

        return new StoreUnavailableException(fault, e);
    }
}
