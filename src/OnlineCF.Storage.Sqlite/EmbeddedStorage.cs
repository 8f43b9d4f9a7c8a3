using Microsoft.Extensions.Logging;
using OnlineCF.Core.Access;
using OnlineCF.Core.Archives;
using OnlineCF.Core.Catalogue;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using OnlineCF.Storage.Sqlite.Access;
using OnlineCF.Storage.Sqlite.Archives;
using OnlineCF.Storage.Sqlite.Catalogue;
using OnlineCF.Storage.Sqlite.Models;
using OnlineCF.Storage.Sqlite.Ratings;
using OnlineCF.Storage.Sqlite.Streams;

namespace OnlineCF.Storage.Sqlite;

/// <summary>All of Core's stores in one folder: the database in it, the snapshots in its folder <c>models</c>.</summary>
public sealed class EmbeddedStorage : IDisposable
{
    /// <summary>The folder of the snapshots, in that of the database.</summary>
    public const string ModelsFolder = "models";

    private readonly SqliteStore _store;
    private readonly FileModelStore _models;

    private EmbeddedStorage(SqliteStore store, FileModelStore models)
    {
        (_store, _models) = (store, models);
        RatingLog = new SqliteRatingLog(store);
        Catalog = new SqliteCatalog(store);
        Checkpoints = new SqliteStreamCheckpoints(store);
    }

    /// <summary>The rating log.</summary>
    public IRatingLog RatingLog { get; }

    /// <summary>The catalogue.</summary>
    public ICatalog Catalog { get; }

    /// <summary>The checkpoints of the streams over the rating log.</summary>
    public IStreamCheckpoints Checkpoints { get; }

    /// <summary>The keys.</summary>
    public IKeyStore Keys => new SqliteKeyStore(_store);

    /// <summary>The model store.</summary>
    public IModelStore Models => _models;

    /// <summary>The store as archives see it.</summary>
    public IStoreTransfer Transfer => new SqliteTransfer(_store, _models);

    /// <summary>Opens the folder, creating or migrating what is in it where needed.</summary>
    /// <param name="folder">Setting <c>Storage:Path</c>.</param>
    /// <param name="keepModels">Setting <c>Model:Keep</c>, 1 or more.</param>
    /// <param name="loggers">Told what was found damaged and what was done.</param>
    /// <exception cref="StoreInUseException">Somebody else has the folder open.</exception>
    /// <exception cref="StoreVersionException">A file was written by a newer version.</exception>
    /// <exception cref="StoreCorruptException">The database is damaged or not OnlineCF's.</exception>
    /// <exception cref="Core.StoreUnavailableException">The folder cannot be created, read or written.</exception>
    public static EmbeddedStorage Open(string folder, int keepModels = 5, ILoggerFactory? loggers = null)
    {
        var store = SqliteStore.Open(folder, logger: loggers?.CreateLogger<SqliteStore>());
        try
        {
            return new EmbeddedStorage(store, FileModelStore.Open(Path.Combine(folder, ModelsFolder), keepModels, loggers?.CreateLogger<FileModelStore>()));
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Finishes the writes that wait, closes all files and leaves the folder to others. Later calls fail.</summary>
    public void Dispose()
    {
        _models.Dispose();
        _store.Dispose();
    }
}
