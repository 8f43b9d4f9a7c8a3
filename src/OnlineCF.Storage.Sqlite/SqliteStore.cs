using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OnlineCF.Core;
using OnlineCF.Storage.Folders;
using OnlineCF.Storage.Sqlite.Archives;
using OnlineCF.Storage.Sqlite.Database;

namespace OnlineCF.Storage.Sqlite;

/// <summary>
/// The embedded database <c>onlinecf.db</c> of one folder, held exclusively while open. Commits are fsync'd
/// (write-ahead log, synchronous FULL); deleted contents are overwritten. The rating log, the catalogue and
/// the checkpoints share its one writer and its few readers.
/// </summary>
public sealed class SqliteStore : IStoreHealth, IDisposable
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
    internal const string WriterSettings = ReaderSettings + """

        PRAGMA secure_delete = ON;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA wal_autocheckpoint = 4096;
        PRAGMA journal_size_limit = 67108864;
        PRAGMA cache_size = -65536;
        """;

    private readonly FolderLock _folderLock;
    private readonly string _file;
    private readonly ILogger _logger;
    private readonly DatabaseFiles _files;
    private readonly WriteCondition _condition;
    private readonly KeptLogEnd _end;
    private readonly string? _oddity;
    private string? _loss;
    private volatile bool _unchanging;
    private bool _disposed;

    private SqliteStore(string folder, FolderLock folderLock, SqliteStoreOptions options, ILogger logger)
    {
        (Folder, _folderLock, Options, _logger) = (folder, folderLock, options, logger);
        _file = Path.Combine(folder, FileName);
        _files = new DatabaseFiles(_file);
        _condition = new WriteCondition(_file, options.Time, logger);
        _end = new KeptLogEnd(folder, options.Time);
        _oddity = Told(LostDatabase.Refuse(folder, _file, _end.Kept));
        var session = OpenWriterWhereThereIsRoom();
        try
        {
            Readers = new SqliteReaderShares(_file, OpenReader, options);
            Writer = new SqliteWriter(
                OpenWriterAgain,
                session,
                new(_files, _condition, new LogEmptying(Readers.Searches, options.ErasurePatience, options.Time)),
                options.QueueLength);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>Full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Durable commits since the store was opened.</summary>
    public long Commits => Writer.Commits;

    /// <inheritdoc/>
    public bool Serves => !_condition.Damaged && _files.Fault is null;

    /// <inheritdoc/>
    public string Warning => string.Join(' ', new[] { _oddity, _loss, _files.Fault ?? _condition.Fault }.OfType<string>());

    internal SqliteStoreOptions Options { get; }

    internal SqliteReaderShares Readers { get; }

    internal SqliteWriter Writer { get; }

    /// <summary>Opens the folder's database, creating or migrating it where needed.</summary>
    /// <param name="folder">Setting <c>Storage:Path</c>.</param>
    /// <param name="options">How it works.</param>
    /// <param name="logger">Told what is wrong, once each, and when it is right again.</param>
    /// <exception cref="StoreInUseException">Somebody else has the folder open.</exception>
    /// <exception cref="StoreVersionException">The database was written by a newer version.</exception>
    /// <exception cref="StoreCorruptException">The database is damaged or not OnlineCF's.</exception>
    /// <exception cref="StoreUnavailableException">The folder or file cannot be created, read or written.</exception>
    public static SqliteStore Open(string folder, SqliteStoreOptions? options = null, ILogger<SqliteStore>? logger = null)
    {
        options ??= new SqliteStoreOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Readers, 1);
        folder = Path.GetFullPath(folder);
        var folderLock = FolderLock.Acquire(folder);
        try
        {
            if (!options.IsToBeFilled)
            {
                UnfinishedRestore.Refuse(folder, Path.Combine(folder, FileName));
            }

            return new SqliteStore(folder, folderLock, options, logger ?? NullLogger<SqliteStore>.Instance);
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
        _end.Dispose();
        Readers.Dispose();
        _folderLock.Dispose();
    }

    /// <summary>Keeps the rating log's end beside the database from now on, and tells where it has lost something.</summary>
    /// <param name="lastSequence">The highest durable sequence.</param>
    internal void FollowEnd(Func<long> lastSequence)
    {
        _loss = Told(LostDatabase.LossOf(_file, _end.Kept, lastSequence()));
        _end.Follow(lastSequence);
    }

    private string? Told(string? fault)
    {
        if (fault is not null)
        {
            _logger.RatingsMayBeLost(fault);
        }

        return fault;
    }

    // A full disk is no reason not to serve what is stored. Without a write-ahead log the file alone has all of it,
    // and can be read as one that nobody changes, until there is room to open it for writing.
    private SqliteSession? OpenWriterWhereThereIsRoom()
    {
        try
        {
            return OpenWriter();
        }
        catch (SqliteException e) when (SqliteFaults.IsNoRoom(e)
            && new FileInfo(_file) is { Exists: true, Length: > 0 } && new FileInfo(_file + "-wal") is { Exists: false } or { Length: 0 })
        {
            _unchanging = true;
            _condition.OnFailed(e);
            return null;
        }
    }

    private SqliteSession OpenReader() => _unchanging
        ? SqliteSession.OpenUnchanging(_file, ReaderSettings)
        : SqliteSession.Open(_file, create: false, ReaderSettings);

    private SqliteSession OpenWriterAgain()
    {
        if (!_unchanging)
        {
            return SqliteSession.Open(_file, create: false, WriterSettings);
        }

        var session = OpenWriter();
        try
        {
            _unchanging = false;
            Readers.Renew();
            return session;
        }
        catch
        {
            _unchanging = true;
            session.Dispose();
            throw;
        }
    }

    private SqliteSession OpenWriter()
    {
        var session = SqliteSession.Open(_file, create: true, ReaderSettings);
        try
        {
            SqliteSchema.RefuseForeign(session, _file, Options.Migrations);
            session.Execute(WriterSettings);
            if (TryEmptyLog(session))
            {
                SqliteSchema.RefuseTruncated(session, _file);
            }

            SqliteSchema.Migrate(session, Options.Migrations);
            DurableFile.SyncFolder(Folder);
            _files.Remember();
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    // Empties what a killed process left in the log, so that the file's length can be judged. Without room the log
    // stays and is read.
    private static bool TryEmptyLog(SqliteSession session)
    {
        try
        {
            session.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            return true;
        }
        catch (SqliteException e) when (SqliteFaults.IsNoRoom(e))
        {
            return false;
        }
    }

    private static Exception Refusal(string file, SqliteException e) => SqliteFaults.IsDamage(e)
        ? new StoreCorruptException(file, $"it is damaged or no database ({e.Message}) Restore it from a copy.", e)
        : new StoreUnavailableException(SqliteFaults.Explain(file, "opened", e), e);
}
