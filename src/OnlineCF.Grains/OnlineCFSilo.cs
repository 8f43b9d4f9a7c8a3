using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OnlineCF.Core.Training;
using OnlineCF.Grains.Activations;
using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Searching;
using OnlineCF.Grains.Silos;
using OnlineCF.Grains.Streams;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Grains.Training;
using OnlineCF.Grains.Users;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Streams;

namespace OnlineCF.Grains;

/// <summary>Puts the grains' room into a silo.</summary>
public static class OnlineCFSilo
{
    /// <summary>
    /// Adds the rating stream, the model replica's grain service and what the grains need. Ports of Core and
    /// the options must be registered by the caller.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="serves">Whether users, movies and partitions may live here.</param>
    /// <param name="trains">Whether rounds may run here: the training grain is known to such silos alone, and they need an <see cref="IModelTrainer"/>.</param>
    public static ISiloBuilder AddOnlineCF(this ISiloBuilder silo, bool serves = true, bool trains = true)
    {
        silo.AddPersistentStreams(
            RatingStream.Provider,
            RatingLogAdapterFactory.Create,
            stream =>
            {
                stream.Configure<StreamPubSubOptions>(options =>
                    options.Configure(pubSub => pubSub.PubSubType = StreamPubSubType.ImplicitOnly));
                stream.ConfigurePullingAgent(options =>
                    options.Configure(agent => agent.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(100)));
            });
        silo.AddGrainService<ReplicaService>();
        silo.Services.AddOnlineCFExceptions();
        silo.Services.AddIdleActivations();
        silo.Services.AddSingleton(new SiloRoles(serves, trains));
        silo.Services.AddOnlineCFGrainServices();
        if (trains)
        {
            silo.Services.AddTraining();
        }

        // A silo cannot be given a grain whose class it does not have.
        Type[] elsewhere =
        [
            .. serves ? (Type[])[] : [typeof(UserGrain), typeof(MovieGrain), typeof(RatingPartitionGrain)],
            .. trains ? (Type[])[] : [typeof(TrainingGrain)],
        ];
        silo.Services.PostConfigure<GrainTypeOptions>(options => options.Classes.ExceptWith(elsewhere));

        return silo;
    }

    /// <summary>
    /// Lets exceptions cross from silo to silo as what they are, so that whoever called a grain can tell a store that is
    /// away from a fault. All of them: an answer with one that may not cross, be it the cause of the cause, is not sent at all.
    /// </summary>
    public static IServiceCollection AddOnlineCFExceptions(this IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedExceptionTypeFilter = static _ => true);

    private static void AddIdleActivations(this IServiceCollection services)
    {
        var ages = new IdleAges(IdleActivations.DefaultAge);
        services.AddSingleton(ages);
        services.AddSingleton<IGrainPropertiesProvider>(ages);
        services.AddHostedSingleton<IdleActivations>();
        services.AddSingleton<IActivationWorkingSetObserver>(provider => provider.GetRequiredService<IdleActivations>());
    }

    private static void AddOnlineCFGrainServices(this IServiceCollection services)
    {
        services.AddSingleton(typeof(KeyedGrains<>));
        services.AddSingleton<OnlineCFInstruments>();
        services.AddSingleton<ModelTrials>();
        services.AddSingleton<PrequentialMeter>();
        services.AddSingleton<FilterMasks>();
        services.AddSingleton<RecommendationEngine>();
        services.AddSingleton<ShelfMaker>();
        services.AddSingleton<TitleIndex>();
        services.AddSingleton<ReplicaBroadcast>();
        services.AddSingleton<SiloOverview>();
        services.AddSingleton<MovieFolder>();
        services.AddEarlyReplica<CatalogReplica>();
        services.AddEarlyReplica<ModelReplica>();
        services.AddHostedSingleton<PopularityReplica>();
        services.AddHostedSingleton<FoldedMovieReplica>();
        services.AddSingleton<TrainingSilos>();
    }

    private static void AddTraining(this IServiceCollection services)
    {
        services.AddSingleton<RoundArchive>();
        services.AddSingleton<RoundRunner>();
        services.AddHostedSingleton<TrainingWorker>();
        services.AddHostedService<TrainingStarter>();
    }

    private static void AddEarlyReplica<T>(this IServiceCollection services)
        where T : PollingReplica, ILifecycleParticipant<ISiloLifecycle>
    {
        services.AddHostedSingleton<T>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<T>());
    }

    private static void AddHostedSingleton<T>(this IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
