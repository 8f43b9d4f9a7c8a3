using OnlineCF.Core;
using OnlineCF.Core.Catalogue;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using OnlineCF.Core.Training;
using OnlineCF.Grains;
using OnlineCF.Server.Clustering;
using OnlineCF.Server.Errors;
using OnlineCF.Server.Hosting;
using OnlineCF.Server.Limits;
using OnlineCF.Server.Services;
using OnlineCF.Server.Settings;
using OnlineCF.Server.Web;
using OnlineCF.Storage.Postgres;
using OnlineCF.Storage.Postgres.Catalogue;
using OnlineCF.Storage.Postgres.Models;
using OnlineCF.Storage.Postgres.Ratings;
using OnlineCF.Storage.Postgres.Streams;
using OnlineCF.Storage.Sqlite;
using OnlineCF.Storage.Sqlite.Catalogue;
using OnlineCF.Storage.Sqlite.Models;
using OnlineCF.Storage.Sqlite.Ratings;
using OnlineCF.Storage.Sqlite.Streams;
using OnlineCF.Training.Rounds;
using Orleans.Configuration;
using Orleans.Metadata;

namespace OnlineCF.Server;

/// <summary>What the server is made of.</summary>
internal static class ServerServices
{
    /// <summary>gRPC with JSON, health and reflection, the store and the trainer.</summary>
    public static void AddOnlineCFServer(this IServiceCollection services, OnlineCFSettings settings)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings.Limits);
        services.AddSingleton(settings.Training);
        services.AddSingleton(settings.Storage);
        services.AddSingleton<RatingIngest>();
        services.AddSingleton<RecommendationWatch>();
        services.AddSingleton<StreamLife>();
        services.AddSingleton<RequestBudgets>();
        services.AddSingleton<OutageLog>();
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = settings.Limits.MaxMessageBytes;
            grpc.Interceptors.Add<ErrorInterceptor>();
        }).AddJsonTranscoding(json => json.JsonSettings.WriteInt64sAsStrings = true);
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks().AddCheck<ReadinessCheck>("ready");
        if (settings.Storage.IsShared)
        {
            services.AddSharedStore(settings);
        }
        else
        {
            services.AddEmbeddedStore(settings);
        }

        services.AddSingleton<ComponentLog>();
        if (Trains(settings))
        {
            services.AddSingleton<IModelTrainer>(provider => new FactorTrainer(
                provider.GetRequiredService<IRatingLog>(),
                settings.Training,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ComponentLog>().Write));
        }
    }

    private static bool Trains(OnlineCFSettings settings) => settings.Silo.Roles.Contains("train", StringComparison.Ordinal);

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
        services.AddSingleton<IModelStore>(provider => FileModelStore.Open(
            Path.Combine(provider.GetRequiredService<SqliteStore>().Folder, "models"),
            settings.Model.Keep,
            provider.GetRequiredService<ILogger<FileModelStore>>()));
    }

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
        services.AddSingleton<IModelStore>(provider => new PostgresModelStore(
            provider.GetRequiredService<PostgresStore>(), Path.Combine(settings.Storage.Path, "model-cache"), settings.Model.Keep));
    }

    /// <summary>This process's silo.</summary>
    public static void AddOnlineCFSilo(this WebApplicationBuilder builder, OnlineCFSettings settings) =>
        builder.UseOrleans(silo =>
        {
            if (settings.Cluster.IsShared)
            {
                silo.UsePostgresCluster(settings);
            }
            else
            {
                silo.UseSingleSilo();
            }

            silo.AddOnlineCF(Trains(settings));
            if (settings.OtlpEndpoint is not null)
            {
                silo.AddActivityPropagation();
            }
        });

    private static void UseSingleSilo(this ISiloBuilder silo)
    {
        // Free ports, so that a second server on this machine only needs other ports of its own.
        var ports = FreePorts.Find(2);
        silo.UseLocalhostClustering(ports[0], ports[1]);
        silo.Configure<EndpointOptions>(endpoint => endpoint.AdvertisedIPAddress = System.Net.IPAddress.Loopback);
        silo.Services.AddSingleton<IGrainPropertiesProvider, SoleSilo>();
        silo.UseInMemoryReminderService();
    }

    /// <summary>The endpoints of both ports.</summary>
    public static void MapOnlineCF(this WebApplication app)
    {
        app.UseLivePage();
        app.UseServerSentEvents();
        app.UseApiPage();
        app.UseJsonRequests();
        app.UseMalformedMessageStatus();
        app.MapGrpcService<RatingGrpcService>();
        app.MapGrpcService<RecommendationGrpcService>();
        app.MapGrpcService<CatalogGrpcService>();
        app.MapGrpcService<TrainingGrpcService>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready");
        app.MapPrometheusScrapingEndpoint();
    }
}
