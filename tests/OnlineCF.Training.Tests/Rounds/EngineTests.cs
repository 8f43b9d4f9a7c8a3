using Microsoft.Extensions.Time.Testing;
using OnlineCF.Core.Training;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Rounds;

/// <summary>Whole rounds on both engines.</summary>
public sealed class EngineTests
{
    private const double Tolerance = 0.005;

    [Fact]
    public void A_round_by_torch_has_the_figures_of_a_round_by_vector()
    {
        var log = new MemoryRatingLog().Rate(TestRatings.MovieLens("random-train.csv")
            .Select(rating => (rating.UserId, rating.MovieId, rating.Value)));

        var (vector, torch) = (Round(log, "vector"), Round(log, "torch"));

        Assert.True(vector.Passed, vector.Reason);
        Assert.True(torch.Passed, torch.Reason);
        Assert.Equal(vector.Epochs, torch.Epochs);
        AssertNear(vector.Figures.ValidationRmse, torch.Figures.ValidationRmse);
        AssertNear(vector.Figures.ValidationNdcg10, torch.Figures.ValidationNdcg10);
        AssertNear(vector.Figures.TrainRmse, torch.Figures.TrainRmse);
    }

    private static TrainingResult Round(MemoryRatingLog log, string engine)
    {
        using var trainer = new FactorTrainer(
            log, new TrainingOptions { Device = "cpu", Engine = engine }, new FakeTimeProvider(), _ => { });
        return trainer.Train(new TrainingRequest(null, FullRetrain: true), new EpochReports(), TestContext.Current.CancellationToken);
    }

    private static void AssertNear(double expected, double actual) =>
        Assert.InRange(actual, expected * (1 - Tolerance), expected * (1 + Tolerance));
}
