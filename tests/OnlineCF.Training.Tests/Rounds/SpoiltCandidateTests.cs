using Microsoft.Extensions.Time.Testing;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;
using OnlineCF.Training.Factors;
using OnlineCF.Training.History;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Rounds;

/// <summary>Candidates spoilt on purpose, on a model that a healthy round has made.</summary>
public sealed class SpoiltCandidateTests
{
    private const double ValidationFraction = 0.2;

    [Fact]
    public void Labels_shuffled_in_the_log_are_rejected_with_both_models_figures()
    {
        var healthy = Healthy();
        var lead = BaselineLead.Of(healthy.Figures, healthy.BiasRmse, healthy.PopularityNdcg10);
        using var trainer = Trainer(new MemoryRatingLog().Rate(Shuffled()));

        foreach (var full in new[] { true, false })
        {
            var spoilt = trainer.Train(new(healthy.Candidate, full) { ServingLead = lead }, new EpochReports(), Token);

            Assert.False(spoilt.Passed, $"{lead}, then {spoilt.Figures}, {spoilt.BiasRmse}, {spoilt.PopularityNdcg10}");
            Assert.Contains("have lost the lead over the baselines", spoilt.Reason, StringComparison.Ordinal);
            Assert.True(double.IsFinite(spoilt.Figures.ValidationRmse) && double.IsFinite(spoilt.Serving.ValidationNdcg10));
        }
    }

    [Fact]
    public void Labels_shuffled_in_training_alone_are_rejected_for_their_stars_and_their_lists()
    {
        var serving = Healthy().Candidate;
        var (truth, shuffled) = (SetOf(TestRatings.Checkerboard(60, 60)), SetOf(Shuffled()));
        var measure = new RoundMeasure(truth, int.MaxValue, 1);

        var run = new TrainingRun(shuffled, Options(1), new FoldInParameters(), measure, TrainingEngine.Of(Options(1), _ => { }))
            .Train(null, new SnapshotStamp(1, DateTimeOffset.UnixEpoch), new EpochReports(), Token);
        var (passed, reason) = PromotionGate.Judge(
            run.Snapshot, run.Measured, Rival.Serving(measure.Of(serving, EpochLoss.None, Token)));

        Assert.False(passed);
        Assert.Contains("RMSE", reason, StringComparison.Ordinal);
        Assert.Contains("NDCG@10", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_shuffled_in_all_there_is_are_rejected_for_the_lead_that_is_lost()
    {
        var healthy = Healthy();
        var lead = BaselineLead.Of(healthy.Figures, healthy.BiasRmse, healthy.PopularityNdcg10);
        var ratings = TestRatings.Checkerboard(60, 60).ToArray();
        var values = Array.ConvertAll(ratings, rating => rating.Value);
        for (var seed = 0; seed < 5; seed++)
        {
            new Random(seed).Shuffle(values);
            using var trainer = Trainer(new MemoryRatingLog().Rate([.. ratings.Zip(values, (x, value) => (x.User, x.Movie, value))]));

            var spoilt = trainer.Train(new(healthy.Candidate, true) { ServingLead = lead }, new EpochReports(), Token);

            Assert.False(spoilt.Passed, $"{lead}, then {spoilt.Figures}, {spoilt.BiasRmse}, {spoilt.PopularityNdcg10}");
            Assert.Contains("have lost the lead over the baselines", spoilt.Reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Learning_rate_of_a_hundred_times_is_rejected(bool full)
    {
        var serving = Healthy().Candidate;
        using var trainer = Trainer(World(), learningRate: 100);

        var spoilt = trainer.Train(new(serving, full), new EpochReports(), Token);

        Assert.False(spoilt.Passed, $"{spoilt.Figures} beside {spoilt.Serving}");
        Assert.True(spoilt.Figures.ValidationRmse > spoilt.Serving.ValidationRmse);
    }

    [Fact]
    public void Factor_that_is_no_number_fails_the_round_and_its_epoch_is_reported()
    {
        var serving = Healthy().Candidate;
        using var trainer = Trainer(World());
        var reports = new EpochReports();

        var poisoned = serving with { Users = Poisoned(serving.Users) };
        Assert.Throws<DivergedException>(() => trainer.Train(new(poisoned, false), reports, Token));

        Assert.False(double.IsFinite(Assert.Single(reports.Heard).Figures.TrainLoss));
    }

    [Fact]
    public void Healthy_round_after_spoilt_ones_passes()
    {
        var serving = Healthy().Candidate;
        using var trainer = Trainer(World());
        var poisoned = serving with { Users = Poisoned(serving.Users) };
        Assert.Throws<DivergedException>(() => trainer.Train(new(poisoned, false), new EpochReports(), Token));

        var result = trainer.Train(new(serving, true), new EpochReports(), Token);

        Assert.True(result.Passed, result.Reason);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static TrainingResult Healthy()
    {
        using var trainer = Trainer(World());
        var healthy = trainer.Train(new(null, true), new EpochReports(), Token);
        Assert.True(healthy.Passed, healthy.Reason);
        return healthy;
    }

    private static MemoryRatingLog World() => new MemoryRatingLog().Rate(TestRatings.Checkerboard(60, 60));

    // The values of the training ratings change places; those of the hold-out stay, so that they tell.
    private static (long User, long Movie, float Value)[] Shuffled()
    {
        var ratings = TestRatings.Checkerboard(60, 60).ToArray();
        int[] train = [.. Enumerable.Range(0, ratings.Length)
            .Where(i => !HoldOut.Contains(ratings[i].User, ratings[i].Movie, ValidationFraction))];
        var values = Array.ConvertAll(train, i => ratings[i].Value);
        new Random(5).Shuffle(values);
        for (var i = 0; i < train.Length; i++)
        {
            ratings[train[i]].Value = values[i];
        }

        return ratings;
    }

    private static TrainingSet SetOf(IEnumerable<(long User, long Movie, float Value)> ratings) => TrainingSet.Create(
        TestRatings.History(ratings), (user, movie) => HoldOut.Contains(user, movie, ValidationFraction), 0);

    private static FactorTable Poisoned(FactorTable table) => new(
        table.EmbeddingDim, table.Ids, table.Counts, table.Biases, table.RatingFactors,
        Array.ConvertAll(table.RankingFactors, _ => float.NaN));

    private static FactorTrainer Trainer(MemoryRatingLog log, double learningRate = 1) =>
        new(log, Options(learningRate), new FakeTimeProvider(), _ => { });

    private static TrainingOptions Options(double learningRate) => new()
    {
        EmbeddingDim = 8,
        BatchSize = 64,
        LearningRate = 0.01 * learningRate,
        ValidationFraction = ValidationFraction,
        Device = "cpu",
    };
}
