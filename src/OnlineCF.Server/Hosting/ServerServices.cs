using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;
using OnlineCF.Grains;
using OnlineCF.Server.Access;
using OnlineCF.Server.Clustering;
using OnlineCF.Server.Errors;
using OnlineCF.Server.Hosting;
using OnlineCF.Server.Limits;
using OnlineCF.Server.Services;
using OnlineCF.Server.Settings;
using OnlineCF.Server.Web;
using OnlineCF.Training.Rounds;
using Orleans.Configuration;
using Orleans.Metadata;

namespace OnlineCF.Server;

/// <summary>What the server is made of.</summary>
internal static class ServerServices
{
    private static readonly PathString[] Watched = ["/metrics", "/health/live", "/health/ready"];

    /// <summary>gRPC with JSON, health and reflection, the store and the trainer.</summary>
    public static void AddOnlineCFServer(this IServiceCollection services, OnlineCFSettings settings)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings.Limits);
        services.AddSingleton(settings.Training);
        services.AddSingleton(settings.Storage);
        services.AddSingleton(settings.Cluster);
        services.AddSingleton<RatingIngest>();
        services.AddSingleton<RecommendationWatch>();
        services.AddSingleton<StreamLife>();
        services.AddSingleton<PendingRestore>();
        services.AddSingleton<RequestBudgets>();
        services.AddSingleton<CallerShares>();
        services.AddSingleton<Admission>();
        services.AddSingleton<OutageLog>();
        services.AddSingleton(settings.Server);
        services.AddSingleton<ServerCertificate>();
        services.AddSingleton<ClientAuthorities>();
        services.AddSingleton(settings.Access);
        services.AddCors();
        services.AddSingleton<AccessControl>();
        services.AddSingleton<KeyTable>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyTable>());
        if (settings.Access.Jwt.IsOn)
        {
            IssuedTokens.Add(services, settings.Access.Jwt);
        }

        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = settings.Limits.MaxMessageBytes;
            grpc.Interceptors.Add<ErrorInterceptor>();
        }).AddJsonTranscoding(json => json.JsonSettings.WriteInt64sAsStrings = true);
        services.AddGrpcServices();
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks().AddCheck<ReadinessCheck>("ready");
        services.AddOnlineCFStore(settings);
        services.AddSingleton<ComponentLog>();
        if (settings.Silo.Trains)
        {
            services.AddSingleton<IModelTrainer>(provider => new FactorTrainer(
                provider.GetRequiredService<IRatingLog>(),
                settings.Training,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ComponentLog>().Write));
        }
    }

    // What is not registered gRPC makes anew for each request.
    private static void AddGrpcServices(this IServiceCollection services)
    {
        services.AddSingleton<ErrorInterceptor>();
        services.AddSingleton<RatingGrpcService>();
        services.AddSingleton<RecommendationGrpcService>();
        services.AddSingleton<CatalogGrpcService>();
        services.AddSingleton<TrainingGrpcService>();
        services.AddSingleton<AccessGrpcService>();
        services.AddSingleton<StoreGrpcService>();
    }

    /// <summary>The silo of this process.</summary>
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

            silo.AddOnlineCF(settings.Silo.Serves, settings.Silo.Trains);
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

    /// <summary>The endpoints of all ports.</summary>
    public static void MapOnlineCF(this WebApplication app)
    {
        var server = app.Services.GetRequiredService<ServerOptions>();
        if (server.MetricsPort > 0)
        {
            app.UseMetricsPort(server.MetricsPort);
        }

        if (app.Services.GetRequiredService<AccessOptions>().IsOn)
        {
            app.UseWatchers(server.MetricsPort);
        }

        // A gRPC call goes past everything that is there for browsers and for JSON.
        var origins = server.AllowedOrigins;
        app.UseWhen(context => !IsGrpc(context.Request), http =>
        {
            if (origins.Count > 0)
            {
                http.UseCors(policy => policy.WithOrigins([.. origins]).AllowAnyHeader().AllowAnyMethod());
            }

            http.UseLivePage();
            http.UseServerSentEvents();
            http.UseApiPage();
            http.UseJsonRequests(origins);
        });
        app.MapApiDescription();
        app.UseMalformedMessageStatus();
        app.MapGrpcService<RatingGrpcService>();
        app.MapGrpcService<RecommendationGrpcService>();
        app.MapGrpcService<CatalogGrpcService>();
        app.MapGrpcService<TrainingGrpcService>();
        app.MapGrpcService<AccessGrpcService>();
        app.MapGrpcService<StoreGrpcService>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready");
        app.MapPrometheusScrapingEndpoint();
    }

    // That port has metrics and health, and nothing else.
    private static void UseMetricsPort(this IApplicationBuilder app, int port) => app.Use((context, next) =>
    {
        if (context.Connection.LocalPort != port || Array.Exists(Watched, path => context.Request.Path.Equals(path)))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    // Elsewhere they are for who is near, and for keys.
    private static void UseWatchers(this IApplicationBuilder app, int metricsPort) => app.Use(async (context, next) =>
    {
        var path = context.Request.Path;
        if ((path.StartsWithSegments("/metrics") || path.StartsWithSegments("/health"))
            && context.Connection.LocalPort != metricsPort
            && !await context.RequestServices.GetRequiredService<AccessControl>().MayLookAsync(context))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return;
        }

        await next(context);
    });

    private static bool IsGrpc(HttpRequest request) =>
        HttpProtocol.IsHttp2(request.Protocol)
        && request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);
}
