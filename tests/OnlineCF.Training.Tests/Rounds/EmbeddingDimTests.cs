using Microsoft.Extensions.Time.Testing;
using OnlineCF.Core.Training;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Rounds;

public sealed class EmbeddingDimTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(128)]
    [InlineData(512)]
    public void Dimension_trains_in_full_and_on_arriving_ratings_and_the_same_seed_gives_the_same_snapshot(int dim)
    {
        var (first, second) = (Rounds(dim), Rounds(dim));

        foreach (var (one, other) in first.Zip(second))
        {
            Assert.True(one.Passed, one.Reason);
            Assert.Equal(dim, one.Candidate.EmbeddingDim);
            Assert.Equal(one.Candidate.Movies.RatingFactors, other.Candidate.Movies.RatingFactors);
            Assert.Equal(one.Candidate.Movies.RankingFactors, other.Candidate.Movies.RankingFactors);
            Assert.Equal(one.Candidate.Movies.Biases, other.Candidate.Movies.Biases);
            Assert.Equal(one.Candidate.Users.RankingFactors, other.Candidate.Users.RankingFactors);
        }
    }

    private static List<TrainingResult> Rounds(int dim)
    {
        var options = new TrainingOptions
        {
            EmbeddingDim = dim,
            BatchSize = 64,
            LearningRate = 0.002,
            Epochs = 5,
            Device = "cpu",
        };
        (long, long, float)[] ratings = [.. TestRatings.Checkerboard(40, 40).OrderBy(x => (x.User * 7919 + x.Movie * 31) % 1009)];
        var log = new MemoryRatingLog().Rate(ratings[..^300]);
        using var trainer = new FactorTrainer(log, options, new FakeTimeProvider(), _ => { });
        var full = trainer.Train(new(null, true), new EpochReports(), TestContext.Current.CancellationToken);
        log.Rate(ratings[^300..]);
        return [full, trainer.Train(new(full.Candidate, false), new EpochReports(), TestContext.Current.CancellationToken)];
    }
}
