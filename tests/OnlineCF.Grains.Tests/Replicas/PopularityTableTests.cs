using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Streams;

namespace OnlineCF.Grains.Tests.Replicas;

public sealed class PopularityTableTests
{
    [Fact]
    public void A_movie_without_ratings_has_the_mean_of_all_ratings()
    {
        var table = PopularityTable.Merge(
        [
            new PartitionStatistics(10, [Movie(1, 5, 4)]),
            new PartitionStatistics(12, [Movie(2, 1, 2, 2)]),
        ]);

        Assert.Equal(4.5f, table.MeanOf(1));
        Assert.Equal(14f / 5, table.MeanOf(3), 1e-6);
        Assert.Equal(10, table.Sequence);
        Assert.Equal(0, PopularityTable.Empty.MeanOf(1));
    }

    private static RatedMovie Movie(long id, params float[] stars) =>
        new(id, stars.Aggregate(MovieStatistics.None, (statistics, value) => statistics.With(value, 0)));
}
