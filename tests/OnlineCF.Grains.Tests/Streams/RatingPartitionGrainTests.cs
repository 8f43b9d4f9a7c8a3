using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Streams;
using OnlineCF.Grains.Tests.Cluster;
using OnlineCF.Grains.Training;
using OnlineCF.Grains.Users;
using Orleans.Core.Internal;

namespace OnlineCF.Grains.Tests.Streams;

public sealed class RatingPartitionGrainTests
{
    private const long NewMovie = 99;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Partition_that_comes_back_goes_on_from_its_rows_and_reads_no_movie_s_history()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await RateAsync(cluster, users: 8, movies: 40);
        await UntilAsync(cluster, async () => await SavedAsync(cluster) == cluster.Storage.RatingLog.KnownSequence);

        for (var partition = 0; partition < RatingStream.Partitions; partition++)
        {
            await cluster.Grains.GetGrain<IRatingPartitionGrain>(partition).Cast<IGrainManagementExtension>().DeactivateOnIdle();
        }

        await RateAsync(cluster, users: 9, movies: 40);
        await UntilFollowedAsync(cluster);

        Assert.All(Enumerable.Range(1, 40), movieId => Assert.Equal(9, cluster.Get<PopularityReplica>().Table.Of(movieId).Count));
        Assert.Equal(9, (await cluster.Grains.GetGrain<IMovieGrain>(7).GetStatisticsAsync()).Count);
        Assert.Equal(0, cluster.LogFaults.CallsOf(nameof(IRatingLog.ReadMovieAsync)));
    }

    [Fact]
    public async Task What_could_not_be_saved_is_saved_when_the_store_is_back()
    {
        await using var cluster = await GrainCluster.StartAsync();
        cluster.CheckpointFaults.Fail("SaveAsync", new StoreUnavailableException("No room."));
        await RateAsync(cluster, users: 3, movies: 20);
        await UntilFollowedAsync(cluster);
        await UntilAsync(cluster, () => Task.FromResult(cluster.CheckpointFaults.CallsOf("SaveAsync") > 4));
        Assert.Equal(0, await SavedAsync(cluster));

        cluster.CheckpointFaults.Clear("SaveAsync");
        await UntilAsync(cluster, async () => await SavedAsync(cluster) == cluster.Storage.RatingLog.KnownSequence);
        var rows = new List<long>();
        for (var partition = 0; partition < RatingStream.Partitions; partition++)
        {
            rows.AddRange((await cluster.Storage.Checkpoints.LoadRowsAsync(partition, 0, 1000, Cancellation)).Select(row => row.Key));
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(movieId => (long)movieId), rows.Order());
    }

    [Fact]
    public async Task Erased_ratings_are_counted_out_once_the_log_can_be_read()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await RateAsync(cluster, users: 5, movies: 10);
        await UntilFollowedAsync(cluster);
        cluster.LogFaults.FailOnce(nameof(IRatingLog.ReadMovieAsync), new StoreUnavailableException("Away."));

        await cluster.Grains.GetGrain<IUserGrain>(2).EraseAsync();
        var table = cluster.Get<PopularityReplica>().Table;
        await UntilAsync(cluster, () => Task.FromResult(Enumerable.Range(1, 10).All(movieId => table.Of(movieId).Count == 4)));

        Assert.Equal(10, Enumerable.Range(1, 10).Count(movieId => table.Of(movieId).Sum == 4 * 4));
    }

    [Fact]
    public async Task Movie_is_folded_in_after_a_failure_and_a_silo_that_joins_later_has_it()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await RateAsync(cluster, users: 6, movies: 20);
        foreach (var userId in Enumerable.Range(1, MovieFolder.MinRatings))
        {
            await cluster.Grains.GetGrain<IUserGrain>(userId).RateAsync([new IncomingRating(NewMovie, 5, null)]);
        }

        await UntilFollowedAsync(cluster);
        cluster.LogFaults.FailOnce(nameof(IRatingLog.ReadMovieAsync), new StoreUnavailableException("Away."));
        await cluster.Grains.GetGrain<ITrainingGrain>(0).StartAsync(fullRetrain: false);
        await UntilAsync(cluster, () => Task.FromResult(Knows(cluster, silo: 0)));

        await cluster.Silos.StartAdditionalSiloAsync();
        await UntilAsync(cluster, () => Task.FromResult(Knows(cluster, silo: 1)));
    }

    private static bool Knows(GrainCluster cluster, int silo) =>
        cluster.Get<ModelReplica>(silo).Current is { } model && model.RowOf(NewMovie) >= 0;

    private static async Task RateAsync(GrainCluster cluster, int users, int movies)
    {
        IncomingRating[] ratings = [.. Enumerable.Range(1, movies).Select(movieId => new IncomingRating(movieId, 4, 1))];
        await Task.WhenAll(Enumerable.Range(1, users).Select(
            userId => cluster.Grains.GetGrain<IUserGrain>(userId).RateAsync(ratings)));
    }

    private static async Task<long> SavedAsync(GrainCluster cluster)
    {
        var sequences = new List<long>();
        for (var partition = 0; partition < RatingStream.Partitions; partition++)
        {
            sequences.Add(await cluster.Storage.Checkpoints.LoadSequenceAsync(partition, Cancellation));
        }

        return sequences.Min();
    }

    private static Task UntilFollowedAsync(GrainCluster cluster) => UntilAsync(
        cluster, () => Task.FromResult(cluster.Get<PopularityReplica>().Sequence == cluster.Storage.RatingLog.KnownSequence));

    // The stream runs by the true clock, the replicas and the maintenance by the cluster's.
    private static async Task UntilAsync(GrainCluster cluster, Func<Task<bool>> isThere)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var looks = 0; !await isThere(); looks++)
        {
            Assert.True(looks < 1200, "What is waited for did not come.");
            cluster.Time.Advance(TimeSpan.FromMilliseconds(500));
            await timer.WaitForNextTickAsync(Cancellation);
        }
    }
}
