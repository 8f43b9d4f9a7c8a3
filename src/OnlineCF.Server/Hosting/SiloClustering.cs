using System.Net;
using System.Net.Sockets;
using OnlineCF.Server.Settings;
using OnlineCF.Storage.Postgres;
using Orleans.Configuration;
using ClusterOptions = Orleans.Configuration.ClusterOptions;

namespace OnlineCF.Server.Hosting;

/// <summary>How a silo finds the others, and is found.</summary>
internal static class SiloClustering
{
    private const string PostgresInvariant = "Npgsql";
    private const int MissedProbes = 3;

    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(6);

    // For so long after a silo was declared dead its users are on no other, for it may only have stood still. By default
    // that is 12 s without service; here a silo that wakes ends in a few seconds, and the log refuses a second writer.
    private static readonly TimeSpan DeadSiloLease = TimeSpan.FromSeconds(2);

    /// <summary>One silo on this machine, which nobody else reaches.</summary>
    public static void UseOneSilo(this ISiloBuilder silo)
    {
        // Free ports, so that a second server on this machine only needs other ports of its own.
        var ports = FreePorts.Find(2);
        silo.UseLocalhostClustering(ports[0], ports[1]);
        silo.Configure<EndpointOptions>(endpoint => endpoint.AdvertisedIPAddress = IPAddress.Loopback);
        silo.UseInMemoryReminderService();
    }

    /// <summary>Silos that meet in the PostgreSQL that is their store.</summary>
    public static void UsePostgresCluster(this ISiloBuilder silo, OnlineCFSettings settings)
    {
        var connection = PostgresStore.MembershipConnectionString(settings.Storage.ConnectionString);
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (settings.Cluster.Id, settings.Cluster.Id));
        silo.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (PostgresInvariant, connection));
        silo.UseAdoNetReminderService(reminders => (reminders.Invariant, reminders.ConnectionString) = (PostgresInvariant, connection));
        silo.Configure<ClusterMembershipOptions>(NoticeDeathsSoon);

        // One activation a grain even while silos come and go. The log refuses a second writer in any case.
#pragma warning disable ORLEANSEXP003 // Its interface may change; what it does is what is wanted.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = (MissedProbes * LongestProbe) + DeadSiloLease);
        UseEndpoint(silo, settings.Cluster);
    }

    // Silos that died without a goodbye stay active in the table: who joins waits for them, and so do their users. On
    // the defaults a cluster that was killed whole starts again after minutes.
    private static void NoticeDeathsSoon(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(1.5);
        membership.MaxProbeTimeout = LongestProbe;
        membership.NumMissedProbesLimit = MissedProbes;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        membership.NumMissedTableIAmAliveLimit = 2;
        membership.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(1);
        membership.DefunctSiloExpiration = TimeSpan.FromMinutes(5);

        // By a clock that is ahead, whoever joins has been at it for too long.
        membership.EvictWhenMaxJoinAttemptTimeExceeded = false;
    }

    // No gateway: clients come by gRPC, to whichever silo they like.
    private static void UseEndpoint(ISiloBuilder silo, Settings.ClusterOptions cluster)
    {
        var port = cluster.SiloPort == 0 ? FreePorts.Find(1)[0] : cluster.SiloPort;
        if (cluster.Address.Length == 0)
        {
            silo.ConfigureEndpoints(port, gatewayPort: 0, AddressFamily.InterNetwork, listenOnAnyHostAddress: true);
            return;
        }

        var address = AddressOf(cluster.Address);
        silo.ConfigureEndpoints(address, port, gatewayPort: 0, listenOnAnyHostAddress: !IPAddress.IsLoopback(address));
    }

    private static IPAddress AddressOf(string text)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            return address;
        }

        try
        {
            return Dns.GetHostAddresses(text) is [var first, ..] addresses
                ? addresses.FirstOrDefault(found => found.AddressFamily == AddressFamily.InterNetwork) ?? first
                : throw new SettingsException([$"Cluster:Address: '{text}' has no address"]);
        }
        catch (SocketException exception)
        {
            throw new SettingsException([$"Cluster:Address: '{text}' cannot be looked up: {exception.Message}"]);
        }
    }
}
