using OnlineCF.Core.Training;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Rounds;

public sealed class OfflineEvaluationTests
{
    // Training takes seconds; the tests that only look at a report share one.
    private static readonly Lazy<OfflineReport> Report = new(Run);

    [Fact]
    public void Model_beats_its_bars_on_ml_latest_small_with_the_default_settings()
    {
        var report = Report.Value;

        Assert.InRange(report.Model.Figures.Rmse, 0.5, 0.832);
        Assert.InRange(report.Model.Figures.Ndcg10, 0.32, 1);
        Assert.InRange(report.Model.Figures.Recall20, 0.356, 1);
        Assert.True(report.Model.Figures.Rmse < report.Bias.Figures.Rmse);
        Assert.True(report.Model.Figures.Ndcg10 > 1.8 * report.Popularity.Figures.Ndcg10);
    }

    [Fact]
    public void Two_runs_with_one_seed_are_identical()
    {
        var (first, second) = (Report.Value, Run());

        Assert.Equal(first.Model.Figures, second.Model.Figures);
        Assert.Equal(first.Lists.SelectMany(list => list.MovieIds), second.Lists.SelectMany(list => list.MovieIds));
    }

    [Fact]
    public void Predicted_stars_are_what_is_given_on_average() => Assert.All(
        Report.Value.Model.Figures.Reliability.Bins.Where(bin => bin.Ratings >= 200),
        bin => Assert.InRange(bin.MeanGiven - bin.MeanPredicted, -0.1, 0.1));

    [Fact]
    public void Lists_of_the_days_to_come_beat_what_was_always_popular()
    {
        var report = OfflineEvaluation.Run(
            TestRatings.MovieLens("time-train.csv"), TestRatings.MovieLens("time-test.csv"),
            new TrainingOptions { Device = "cpu" }, new Silent(), _ => { }, TestContext.Current.CancellationToken);

        Assert.InRange(report.Model.Figures.Ndcg10, 0.36, 1);
        Assert.InRange(report.Model.Figures.Recall20, 0.28, 1);
        Assert.InRange(report.Popularity.Figures.Ndcg10, 0.3, 0.32);
    }

    [Fact]
    public void Lists_have_twenty_movies_that_the_user_did_not_rate()
    {
        var rated = TestRatings.MovieLens("random-train.csv").Select(r => (r.UserId, r.MovieId)).ToHashSet();

        var report = Report.Value;

        Assert.Equal(610, report.Lists.Count);
        Assert.All(report.Lists, list => Assert.Equal(20, list.MovieIds.Distinct().Count()));
        Assert.All(report.Lists, list => Assert.DoesNotContain(list.MovieIds, movie => rated.Contains((list.UserId, movie))));
    }

    [Fact]
    public void Evaluation_without_training_ratings_is_refused() =>
        Assert.Throws<ArgumentException>(() => OfflineEvaluation.Run(
            [], [], new TrainingOptions(), new Silent(), _ => { }, TestContext.Current.CancellationToken));

    private static OfflineReport Run() => OfflineEvaluation.Run(
        TestRatings.MovieLens("random-train.csv"), TestRatings.MovieLens("random-test.csv"),
        new TrainingOptions { Device = "cpu" }, new Silent(), _ => { }, TestContext.Current.CancellationToken);

    private sealed class Silent : IProgress<EpochReport>
    {
        public void Report(EpochReport value)
        {
        }
    }
}
