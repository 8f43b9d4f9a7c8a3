using Microsoft.Data.Sqlite;
using OnlineCF.Core;
using OnlineCF.Storage.Folders;
using SQLitePCL;

namespace OnlineCF.Storage.Sqlite;

/// <summary>
/// The embedded database <c>onlinecf.db</c> of one folder, held exclusively while open. Commits are fsync'd
/// (write-ahead log, synchronous FULL); deleted contents are overwritten. The rating log, the catalogue and
/// the checkpoints share its one writer and its few readers.
/// </summary>
public sealed class SqliteStore : IDisposable
{
    /// <summary>The database's file name.</summary>
    public const string FileName = "onlinecf.db";

    // Settings of every connection.
    private const string ReaderSettings = """
        PRAGMA foreign_keys = ON;
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -8192;
        """;

    // The log is emptied into the file every 16 MiB: index pages that many commits touch are then written once.
    private const string WriterSettings = ReaderSettings + """

        PRAGMA secure_delete = ON;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA wal_autocheckpoint = 4096;
        PRAGMA journal_size_limit = 67108864;
        PRAGMA cache_size = -65536;
        """;

    private readonly FolderLock _folderLock;
    private bool _disposed;

    private SqliteStore(string folder, FolderLock folderLock, SqliteStoreOptions options)
    {
        Folder = folder;
        _folderLock = folderLock;
        Options = options;
        var file = Path.Combine(folder, FileName);

        var session = OpenWriter(file, options.Migrations);
        try
        {
            Readers = new SqliteReaderShares(() => SqliteSession.Open(file, create: false, ReaderSettings), options);
            Writer = new SqliteWriter(
                () => SqliteSession.Open(file, create: false, WriterSettings),
                session,
                new LogEmptying(Readers.Searches, options.ErasurePatience, options.Time),
                options.QueueLength);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Durable commits since the store was opened.</summary>
    public long Commits => Writer.Commits;

    internal SqliteStoreOptions Options { get; }

    internal SqliteReaderShares Readers { get; }

    internal SqliteWriter Writer { get; }

    /// <summary>Opens the folder's database, creating or migrating it where needed.</summary>
    /// <exception cref="StoreInUseException">Somebody else has the folder open.</exception>
    /// <exception cref="StoreVersionException">The database was written by a newer version.</exception>
    /// <exception cref="StoreCorruptException">The database is damaged or not OnlineCF's.</exception>
    /// <exception cref="StoreUnavailableException">The folder or file cannot be created, read or written.</exception>
    public static SqliteStore Open(string folder, SqliteStoreOptions? options = null)
    {
        options ??= new SqliteStoreOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Readers, 1);
        folder = Path.GetFullPath(folder);
        var folderLock = FolderLock.Acquire(folder);
        try
        {
            return new SqliteStore(folder, folderLock, options);
        }
        catch (SqliteException e)
        {
            folderLock.Dispose();
            throw Refusal(Path.Combine(folder, FileName), e);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Finishes the changes that wait, closes the file and leaves the folder to others. Later calls fail.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        Writer.Dispose();
        Readers.Dispose();
        _folderLock.Dispose();
    }

    private static SqliteSession OpenWriter(string file, IReadOnlyList<string> migrations)
    {
        var session = SqliteSession.Open(file, create: true, ReaderSettings);
        try
        {
            SqliteSchema.RefuseForeign(session, file, migrations);
            session.Execute(WriterSettings);

            // Empties what a killed process left in the log, so that the file's length can be judged.
            session.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            SqliteSchema.RefuseTruncated(session, file);
            SqliteSchema.Migrate(session, migrations);
            DurableFile.SyncFolder(Path.GetDirectoryName(file)!);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static Exception Refusal(string file, SqliteException e) => e.SqliteErrorCode switch
    {
        raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT => new StoreCorruptException(
            file, "it is damaged or no database. Restore it from a copy.", e),
        _ => new StoreUnavailableException($"'{file}' cannot be opened: {e.Message}", e),
    };
}
