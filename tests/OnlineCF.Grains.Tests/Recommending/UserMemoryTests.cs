using OnlineCF.Grains.Recommending;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Tests.Recommending;

[Collection(nameof(Alone))]
public sealed class UserMemoryTests
{
    private const int Users = 500;
    private const int RatingsEach = 165;

    // What the grain's activation takes, measured.
    private const int ActivationBytes = 1900;

    [Fact]
    public void Active_user_of_165_ratings_takes_at_most_7_kB()
    {
        var model = ServingModel.Create(EngineBench.Snapshot(1, 3000, dimension: 50));
        MeasureUsers(model);

        // The median: silos of earlier tests may go, or come to rest, within a measurement.
        var each = Enumerable.Range(0, 5).Select(_ => MeasureUsers(model)).Order().ElementAt(2);

        Assert.InRange(each + ActivationBytes, RatingsEach * 20, 7000);
    }

    private static long MeasureUsers(ServingModel model)
    {
        var users = new (RatedMovies Rated, UserTaste Taste)[Users];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var user = 0; user < Users; user++)
        {
            var rated = EngineBench.Ratings(new Random(user), 3000, RatingsEach);
            users[user] = (rated, Visitor.Of(model, rated, 0).Taste);
        }

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Users;
        GC.KeepAlive(users);
        return each;
    }
}
