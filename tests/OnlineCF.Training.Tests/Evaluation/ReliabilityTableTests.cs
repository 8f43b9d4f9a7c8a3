using OnlineCF.Training.Evaluation;

namespace OnlineCF.Training.Tests.Evaluation;

public sealed class ReliabilityTableTests
{
    [Fact]
    public void Bins_are_half_stars_with_the_means_of_both_sides()
    {
        var table = ReliabilityTable.Of([(3.7f, 4), (3.3f, 3), (3.45f, 5), (1, 0.5f)]);

        Assert.Equal([1.0, 3.5], table.Bins.Select(bin => bin.Stars));
        Assert.Equal(new ReliabilityBin(1, 1, 0.5, 1), table.Bins[0]);
        Assert.Equal(3.48333, table.Bins[1].MeanPredicted, 1e-4);
        Assert.Equal(4, table.Bins[1].MeanGiven, 1e-9);
        Assert.Equal(3, table.Bins[1].Ratings);
    }

    [Fact]
    public void Tables_of_the_same_bins_are_equal()
    {
        Assert.Equal(ReliabilityTable.Of([(3, 4)]), ReliabilityTable.Of([(3, 4)]));
        Assert.NotEqual(ReliabilityTable.Of([(3, 4)]), ReliabilityTable.Of([(3, 5)]));
        Assert.Equal(ReliabilityTable.Empty, ReliabilityTable.Of([]));
    }
}
