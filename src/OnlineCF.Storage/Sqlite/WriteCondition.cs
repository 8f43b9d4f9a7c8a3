using OnlineCF.Core;

namespace OnlineCF.Storage.Sqlite;

/// <summary>Whether the writer can write, said once when it no longer can and once when it can again.</summary>
/// <param name="file">The database.</param>
/// <param name="options">Whom to tell, and the clock.</param>
internal sealed class WriteCondition(string file, SqliteStoreOptions options)
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
            options.Notice($"'{file}' can be written again.");
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
        if (_told != fault && (_toldAt == 0 || options.Time.GetElapsedTime(_toldAt) >= Quiet))
        {
            (_told, _toldAt) = (fault, options.Time.GetTimestamp());
            options.Fault(fault);
        }

        return new StoreUnavailableException(fault, e);
    }
}
