using Microsoft.Extensions.Time.Testing;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;
using OnlineCF.Scoring;
using OnlineCF.Training.Factors;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Rounds;

public sealed class FactorTrainerTests
{
    private static readonly TrainingRequest FirstRound = new(null, FullRetrain: true);

    [Fact]
    public void Checkerboard_is_learned_and_passes()
    {
        var result = Train(Checkerboard(), FirstRound);

        Assert.True(result.Passed, result.Reason);
        Assert.True(result.FullRetrain);
        Assert.InRange(result.Figures.ValidationRmse, 0, 0.5 * result.BiasRmse);
        Assert.InRange(result.Figures.ValidationNdcg10, 2 * result.PopularityNdcg10, 1);
    }

    [Fact]
    public void Same_log_and_seed_give_the_same_candidate()
    {
        var (first, second) = (Train(Checkerboard(), FirstRound), Train(Checkerboard(), FirstRound));

        Assert.Equal(first.Candidate.Movies.RatingFactors, second.Candidate.Movies.RatingFactors);
        Assert.Equal(first.Candidate.Movies.RankingFactors, second.Candidate.Movies.RankingFactors);
        Assert.Equal(first.Candidate.Users.RankingFactors, second.Candidate.Users.RankingFactors);
        Assert.Equal(first.Figures, second.Figures);
    }

    [Fact]
    public void Candidate_counts_training_ratings_only()
    {
        var result = Train(Checkerboard(), FirstRound);

        var expected = TestRatings.Checkerboard(60, 60).Count(r => !HoldOut.Contains(r.User, r.Movie, 0.2));
        Assert.Equal(expected, result.Ratings);
        Assert.Equal(expected, result.Candidate.Movies.Counts.Sum());
        Assert.Equal(expected, result.Candidate.Users.Counts.Sum());
    }

    [Fact]
    public void Every_epoch_is_reported()
    {
        var reports = new EpochReports();

        var result = Train(Checkerboard(), FirstRound, reports);

        Assert.Equal(Enumerable.Range(1, result.Epochs), reports.Heard.Select(report => report.Epoch));
        Assert.All(reports.Heard, report => Assert.True(double.IsFinite(report.Figures.ValidationLoss)));
        Assert.True(reports.Heard[^1].Figures.TrainLoss < reports.Heard[0].Figures.TrainLoss);
    }

    [Fact]
    public void Incremental_round_takes_in_new_users_and_movies()
    {
        var log = Checkerboard();
        using var trainer = Trainer(log);
        var serving = trainer.Train(FirstRound, new EpochReports(), TestContext.Current.CancellationToken).Candidate;
        log.Rate(Enumerable.Range(1, 60).Select(movie => (1001L, (long)movie, movie % 2 == 0 ? 5f : 1f)));
        log.Rate(Enumerable.Range(1, 60).Select(user => ((long)user, 2001L, user % 2 == 0 ? 5f : 1f)));

        var result = trainer.Train(new(serving, false), new EpochReports(), TestContext.Current.CancellationToken);

        Assert.True(result.Passed, result.Reason);
        Assert.False(result.FullRetrain);
        Assert.True(result.Candidate.Users.RowOf(1001) >= 0);
        Assert.Equal(log.LastSequence, result.Candidate.TrainedSequence);
        var model = ServingModel.Create(result.Candidate);
        var similar = new ScoredRow[10];
        Assert.Equal(10, TopNScorer.Similar(model, model.RowOf(2001), null, similar));
        Assert.All(similar, movie => Assert.Equal(0, model.MovieIdOf(movie.Row) % 2));
    }

    [Fact]
    public void Round_on_arriving_ratings_passes_on_ml_latest_small()
    {
        var ratings = TestRatings.MovieLens("random-train.csv").OrderBy(rating => rating.RatedAtMicros)
            .Select(rating => (rating.UserId, rating.MovieId, rating.Value)).ToArray();
        var log = new MemoryRatingLog().Rate(ratings[..^2000]);
        using var trainer = Trainer(log, new TrainingOptions { Device = "cpu", Epochs = 5 });
        var first = trainer.Train(FirstRound, new EpochReports(), TestContext.Current.CancellationToken);
        log.Rate(ratings[^2000..]);

        var second = trainer.Train(new(first.Candidate, false), new EpochReports(), TestContext.Current.CancellationToken);

        Assert.True(first.Passed, first.Reason);
        Assert.True(second.Passed, second.Reason);
        Assert.True(second.Figures.ValidationRmse < second.BiasRmse);
    }

    [Fact]
    public void Erased_user_leaves_no_row()
    {
        var log = Checkerboard();
        using var trainer = Trainer(log);
        var serving = trainer.Train(FirstRound, new EpochReports(), TestContext.Current.CancellationToken).Candidate;
        log.Delete(Enumerable.Range(1, 60).Select(movie => (7L, (long)movie)));

        var result = trainer.Train(new(serving, false), new EpochReports(), TestContext.Current.CancellationToken);

        Assert.True(serving.Users.RowOf(7) >= 0);
        Assert.Equal(-1, result.Candidate.Users.RowOf(7));
    }

    [Fact]
    public void Another_dimension_means_a_full_retrain()
    {
        var log = Checkerboard();
        var serving = Train(log, FirstRound).Candidate;

        var result = Train(log, new(serving, FullRetrain: false), options: Options(embeddingDim: 12));

        Assert.True(result.FullRetrain);
        Assert.Equal(12, result.Candidate.EmbeddingDim);
    }

    [Fact]
    public void Empty_log_gives_nothing_that_may_serve()
    {
        var result = Train(new MemoryRatingLog(), FirstRound);

        Assert.False(result.Passed);
        Assert.Equal(0, result.Candidate.Movies.Count);
    }

    [Fact]
    public void Few_ratings_without_a_hold_out_train_all_the_same()
    {
        var pairs = TestRatings.Checkerboard(8, 8).Where(r => !HoldOut.Contains(r.User, r.Movie, 0.2));

        var result = Train(new MemoryRatingLog().Rate(pairs), FirstRound);

        Assert.True(result.Passed, result.Reason);
        Assert.True(double.IsNaN(result.Figures.ValidationRmse));
    }

    [Fact]
    public void Cancelled_round_ends_with_its_epoch()
    {
        using var cancellation = new CancellationTokenSource();
        using var trainer = Trainer(Checkerboard());
        var reports = new EpochReports(_ => cancellation.Cancel());

        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Train(FirstRound, reports, cancellation.Token));
        Assert.Single(reports.Heard);
    }

    [Fact]
    public void Loss_that_is_no_number_fails_the_round()
    {
        var poisoned = Checkerboard().Rate(
            Enumerable.Range(1, 20).Select(movie => (500L, (long)movie, float.NaN)));

        var exception = Assert.Throws<DivergedException>(() => Train(poisoned, FirstRound));

        Assert.Equal(1, exception.Epoch);
        Assert.False(double.IsFinite(exception.Figures.TrainLoss));
    }

    [Fact]
    public void Trainer_goes_on_after_a_cancelled_round()
    {
        using var trainer = Trainer(Checkerboard());
        Assert.ThrowsAny<OperationCanceledException>(() =>
            trainer.Train(FirstRound, new EpochReports(), new CancellationToken(canceled: true)));

        Assert.True(trainer.Train(FirstRound, new EpochReports(), TestContext.Current.CancellationToken).Passed);
    }

    private static MemoryRatingLog Checkerboard() => new MemoryRatingLog().Rate(TestRatings.Checkerboard(60, 60));

    private static TrainingResult Train(
        MemoryRatingLog log, TrainingRequest request, EpochReports? reports = null, TrainingOptions? options = null)
    {
        using var trainer = Trainer(log, options);
        return trainer.Train(request, reports ?? new EpochReports(), TestContext.Current.CancellationToken);
    }

    private static FactorTrainer Trainer(MemoryRatingLog log, TrainingOptions? options = null) =>
        new(log, options ?? Options(8), new FakeTimeProvider(), _ => { });

    // Small minibatches and a larger step, so that a board of 1,900 ratings sees enough steps.
    private static TrainingOptions Options(int embeddingDim) => new()
    {
        EmbeddingDim = embeddingDim,
        BatchSize = 64,
        LearningRate = 0.01,
        Device = "cpu",
    };
}
