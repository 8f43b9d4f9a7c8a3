using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Tests.Cluster;
using OnlineCF.Grains.Users;

namespace OnlineCF.Grains.Tests.Users;

public sealed class UserGrainTests
{
    [Fact]
    public async Task Ratings_that_could_not_be_appended_are_in_no_list_and_can_be_sent_again()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var user = cluster.Grains.GetGrain<IUserGrain>(7);
        await user.RateAsync([new IncomingRating(1, 4, 0)]);
        cluster.LogFaults.FailOnce(nameof(IRatingLog.AppendAsync), new StoreUnavailableException("The disk is away."));

        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => user.RateAsync([new IncomingRating(1, 5, 1), new IncomingRating(2, 3, 0)]));

        var rating = Assert.Single((await user.ListRatingsAsync(0, 10)).Ratings);
        Assert.Equal((1, 4f), (rating.MovieId, rating.Value));
        var again = await user.RateAsync([new IncomingRating(1, 5, 1), new IncomingRating(2, 3, 0)]);
        Assert.All(again.Results, result => Assert.Equal(RatingResult.Accepted, result));
        Assert.Equal(2, (await user.ListRatingsAsync(0, 10)).Ratings.Length);
    }
}
