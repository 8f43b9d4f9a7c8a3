using OnlineCF.Core;
using OnlineCF.Core.Access;
using OnlineCF.Core.Archives;
using OnlineCF.Core.Catalogue;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using OnlineCF.Server.Settings;
using OnlineCF.Storage.Archives;
using OnlineCF.Storage.Postgres;
using OnlineCF.Storage.Postgres.Access;
using OnlineCF.Storage.Postgres.Archives;
using OnlineCF.Storage.Postgres.Catalogue;
using OnlineCF.Storage.Postgres.Models;
using OnlineCF.Storage.Postgres.Ratings;
using OnlineCF.Storage.Postgres.Streams;
using OnlineCF.Storage.Sqlite;
using OnlineCF.Storage.Sqlite.Access;
using OnlineCF.Storage.Sqlite.Archives;
using OnlineCF.Storage.Sqlite.Catalogue;
using OnlineCF.Storage.Sqlite.Models;
using OnlineCF.Storage.Sqlite.Ratings;
using OnlineCF.Storage.Sqlite.Streams;

namespace OnlineCF.Server.Hosting;

/// <summary>The store that the settings name.</summary>
internal static class StoreServices
{
    /// <summary>Adds every port of the store.</summary>
    public static void AddOnlineCFStore(this IServiceCollection services, OnlineCFSettings settings)
    {
        if (settings.Storage.IsShared)
        {
            services.AddSharedStore(settings);
        }
        else
        {
            services.AddEmbeddedStore(settings);
        }

        services.AddSingleton(provider => new ArchivedStore(
            provider.GetRequiredService<IRatingLog>(),
            provider.GetRequiredService<ICatalog>(),
            provider.GetRequiredService<IStreamCheckpoints>(),
            provider.GetRequiredService<IModelStore>(),
            provider.GetRequiredService<IStoreTransfer>()));
    }

    private static void AddEmbeddedStore(this IServiceCollection services, OnlineCFSettings settings)
    {
        services.AddSingleton(provider => SqliteStore.Open(
            settings.Storage.Path,
            new SqliteStoreOptions { Time = provider.GetRequiredService<TimeProvider>() },
            provider.GetRequiredService<ILogger<SqliteStore>>()));
        services.AddSingleton<IStoreHealth>(provider => provider.GetRequiredService<SqliteStore>());
        services.AddSingleton<IRatingLog, SqliteRatingLog>();
        services.AddSingleton<ICatalog, SqliteCatalog>();
        services.AddSingleton<IStreamCheckpoints, SqliteStreamCheckpoints>();
        services.AddSingleton<IKeyStore, SqliteKeyStore>();
        services.AddSingleton(provider => FileModelStore.Open(
            Path.Combine(provider.GetRequiredService<SqliteStore>().Folder, EmbeddedStorage.ModelsFolder),
            settings.Model.Keep,
            provider.GetRequiredService<ILogger<FileModelStore>>()));
        services.AddSingleton<IModelStore>(provider => provider.GetRequiredService<FileModelStore>());
        services.AddSingleton<IStoreTransfer, SqliteTransfer>();
    }

    // Snapshots that were read are kept in the folder of this machine.
    private static void AddSharedStore(this IServiceCollection services, OnlineCFSettings settings)
    {
        services.AddSingleton(provider => PostgresStore.Open(
            new PostgresStoreOptions
            {
                ConnectionString = settings.Storage.ConnectionString,
                Time = provider.GetRequiredService<TimeProvider>(),
            },
            provider.GetRequiredService<ILogger<PostgresStore>>()));
        services.AddSingleton<IStoreHealth>(provider => provider.GetRequiredService<PostgresStore>());
        services.AddSingleton<IRatingLog, PostgresRatingLog>();
        services.AddSingleton<ICatalog, PostgresCatalog>();
        services.AddSingleton<IStreamCheckpoints, PostgresStreamCheckpoints>();
        services.AddSingleton<IKeyStore, PostgresKeyStore>();
        services.AddSingleton(provider => new PostgresModelStore(
            provider.GetRequiredService<PostgresStore>(),
            Path.Combine(settings.Storage.Path, "model-cache"),
            settings.Model.Keep));
        services.AddSingleton<IModelStore>(provider => provider.GetRequiredService<PostgresModelStore>());
        services.AddSingleton<IStoreTransfer, PostgresTransfer>();
    }
}
