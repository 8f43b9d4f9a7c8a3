using System.Net;
using System.Net.Sockets;
using OnlineCF.Server.Hosting;
using OnlineCF.Server.Settings;
using OnlineCF.Storage.Postgres;
using Orleans.Configuration;
using ClusterOptions = Orleans.Configuration.ClusterOptions;

namespace OnlineCF.Server.Clustering;

/// <summary>A silo among several: they find each other, and keep their reminders, in the shared store.</summary>
internal static class PostgresCluster
{
    private const string Invariant = "Npgsql";
    private const int MissedProbes = 3;

    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(6);

    // For so long after a silo was declared dead its users are on no other, for it may only have stood still. By default
    // that is 12 s without service; here a silo that wakes ends in a few seconds, and the log refuses a second writer.
    private static readonly TimeSpan DeadSiloLease = TimeSpan.FromSeconds(2);

    // A silo that forwards a call to one that then dies leaves the caller with no answer: Orleans tells those only who
    // called the dead silo themselves. They would wait out its 30 s; calls that may take longer say so in their interface.
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(8);

    /// <summary>Joins the cluster that the settings name.</summary>
    /// <exception cref="SettingsException">The silo's name has no address.</exception>
    public static void UsePostgresCluster(this ISiloBuilder silo, OnlineCFSettings settings)
    {
        var connectionString = PostgresStore.MembershipConnectionString(settings.Storage.ConnectionString);
        silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Invariant, connectionString));
        silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (Invariant, connectionString));
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.Cluster.Id, settings.Cluster.Id));
        silo.Configure<EndpointOptions>(options => Listen(options, settings.Cluster));
        silo.Configure<ClusterMembershipOptions>(FindDeadSilosSoon);
        silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = LongestCall);

        // One activation of a grain, also while silos come and go.
#pragma warning disable ORLEANSEXP003 // Its interface may change; what it does is what is wanted.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        silo.Configure<GrainDirectoryOptions>(options => options.RangeLeaseDuration = (MissedProbes * LongestProbe) + DeadSiloLease);
    }

    // No clients but silos: what a gateway would serve comes in over gRPC.
    private static void Listen(EndpointOptions options, Settings.ClusterOptions cluster)
    {
        options.SiloPort = cluster.SiloPort == 0 ? FreePorts.Find(1)[0] : cluster.SiloPort;
        options.GatewayPort = 0;
        if (cluster.Address.Length > 0)
        {
            options.AdvertisedIPAddress = Resolve(cluster.Address);
        }
    }

    private static IPAddress Resolve(string address)
    {
        try
        {
            return IPAddress.TryParse(address, out var known)
                ? known
                : Dns.GetHostAddresses(address).OrderBy(found => found.AddressFamily != AddressFamily.InterNetwork).First();
        }
        catch (SocketException e)
        {
            throw new SettingsException([$"Cluster:Address: '{address}' has no address ({e.Message})"]);
        }
    }

    // A silo that died without a word stays in the table; on Orleans' defaults it keeps new ones waiting for minutes when
    // all died at once. With these a cluster that was killed whole starts again within half a minute.
    private static void FindDeadSilosSoon(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(1.5);
        options.MaxProbeTimeout = LongestProbe;
        options.NumMissedProbesLimit = MissedProbes;
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.NumMissedTableIAmAliveLimit = 2;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        options.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(1);
        options.DefunctSiloExpiration = TimeSpan.FromMinutes(5);

        // By a clock that is ahead, whoever joins has been at it for too long.
        options.EvictWhenMaxJoinAttemptTimeExceeded = false;
    }
}
