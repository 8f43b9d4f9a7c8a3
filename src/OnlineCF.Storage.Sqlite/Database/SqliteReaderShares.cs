namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>
/// The read connections, shared out by who reads: however many reads of one kind wait, those of the others find
/// a connection of their own.
/// </summary>
internal sealed class SqliteReaderShares : IDisposable
{
    // A grain waits 30 s for an answer; whoever waits for a read hears before that why there is none.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SearchPatience = TimeSpan.FromSeconds(5);

    private readonly List<SqliteReaders> _all = [];

    /// <summary>Opens all of them.</summary>
    public SqliteReaderShares(string file, Func<SqliteSession> open, SqliteStoreOptions options)
    {
        var opening = new SqliteReaders.Opening(file, open, options.Time);
        try
        {
            Users = Add(new(opening, "users' histories", options.Readers, Patience));
            Movies = Add(new(opening, "movies' histories", options.Readers, Patience));

            // The trainer reads one page after another, so that it never holds more than one of these.
            Log = Add(new(opening, "reads of the log", Math.Max(2, options.Readers), Patience));
            Catalogue = Add(new(opening, "reads of the catalogue", 1, Patience));
            Searches = Add(new(opening, "searches", (options.Readers + 1) / 2, SearchPatience) { RunLimit = options.SearchLimit });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Histories of users.</summary>
    public SqliteReaders Users { get; }

    /// <summary>Histories of movies.</summary>
    public SqliteReaders Movies { get; }

    /// <summary>The log in its order, and how far its streams are.</summary>
    public SqliteReaders Log { get; }

    /// <summary>Movies and changes of the catalogue.</summary>
    public SqliteReaders Catalogue { get; }

    /// <summary>Full-text searches: each may take seconds, on a thread of its own.</summary>
    public SqliteReaders Searches { get; }

    /// <summary>Opens all connections anew.</summary>
    public void Renew() => _all.ForEach(readers => readers.Renew());

    /// <summary>Takes no more reads, interrupts those that run and closes the connections.</summary>
    public void Dispose() => _all.ForEach(readers => readers.Dispose());

    private SqliteReaders Add(SqliteReaders readers)
    {
        _all.Add(readers);
        return readers;
    }
}
