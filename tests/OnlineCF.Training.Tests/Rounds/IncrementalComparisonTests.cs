using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Rounds;

public sealed class IncrementalComparisonTests
{
    [Fact]
    public void Arriving_ratings_of_two_crowds_with_moods_cost_a_fifth_of_a_full_round_and_are_learned_as_well()
    {
        var order = new Random(7);
        Rating[] ratings = [.. TestRatings.Checkerboard(100, 100)
            .Select(x => (Key: order.Next(), Rating: new Rating(x.User, x.Movie, x.Value - Math.Sign(x.Value - 3) + order.Next(-1, 2), 0)))
            .OrderBy(x => x.Key).Select(x => x.Rating)];

        var rounds = Compare(ratings, every: 1100, new() { EmbeddingDim = 8, BatchSize = 64, LearningRate = 0.01, Device = "cpu", PatienceEpochs = 10 });

        Assert.Equal(5, rounds.Count);
        Assert.All(rounds, round => Assert.InRange(round.StepShare, 0, 0.2));
        Assert.All(rounds.TakeLast(2), round => Assert.True(round.RmseRatio < 1.01 && round.NdcgRatio > 0.99, $"{round}"));
    }

    private static List<ComparedRound> Compare(IReadOnlyList<Rating> ratings, int every, TrainingOptions options) =>
        [.. IncrementalComparison.Run(ratings, every, options, _ => { }, TestContext.Current.CancellationToken)];
}
