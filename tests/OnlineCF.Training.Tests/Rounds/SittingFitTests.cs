using Microsoft.Extensions.Time.Testing;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.History;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Rounds;

public sealed class SittingFitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("vector")]
    [InlineData("torch")]
    public void World_of_sittings_gets_a_table_of_its_own_that_judges_better(string engine)
    {
        var result = Train(World(), new TrainingRequest(null, true), engine);

        Assert.True(result.Passed, result.Reason);
        Assert.NotNull(result.Candidate.SittingMovies);
        Assert.NotNull(result.Candidate.JudgedMovies);
        Assert.NotEqual(result.Candidate.Movies.RankingFactors, result.Candidate.SittingMovies.RankingFactors);
    }

    [Fact]
    public void Table_that_finds_less_is_not_taken()
    {
        var set = TrainingSet.Create(
            TestRatings.History(TestRatings.Sittings(60, 6, 10)), (user, movie) => HoldOut.Contains(user, movie, 0.2), 0);
        var candidate = Train(World(), new TrainingRequest(null, true)).Candidate;
        var random = new Random(1);
        var nonsense = candidate with
        {
            SittingMovies = candidate.Movies.WithRanking(
                [.. candidate.Movies.RankingFactors.Select(x => x == 0 ? 0 : random.NextSingle() - 0.5f)]),
        };

        Assert.True(new SittingJudge(set, 1).PrefersSittings(candidate, Token));
        Assert.True(new SittingJudge(set, 2).PrefersSittings(candidate, Token));
        Assert.False(new SittingJudge(set, 1).PrefersSittings(nonsense, Token));
    }

    [Fact]
    public void Few_moments_say_nothing()
    {
        var ratings = TestRatings.Sittings(60, 6, 10).Take(200).ToArray();
        var set = TrainingSet.Create(TestRatings.History(ratings), (user, movie) => HoldOut.Contains(user, movie, 0.2), 0);
        var candidate = Train(new MemoryRatingLog().Rate(ratings), new TrainingRequest(null, true)).Candidate;

        Assert.False(new SittingJudge(set, 1).PrefersSittings(candidate with { SittingMovies = candidate.Movies }, Token));
    }

    [Fact]
    public void Ratings_without_times_make_no_table_of_sittings()
    {
        var log = new MemoryRatingLog().Rate(TestRatings.Checkerboard(60, 60));

        var result = Train(log, new TrainingRequest(null, true));

        Assert.True(result.Passed, result.Reason);
        Assert.Null(result.Candidate.SittingMovies);
        Assert.NotNull(result.Candidate.JudgedMovies);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Next_candidate_is_measured_against_what_was_judged_and_starts_from_it(bool full)
    {
        var log = World();
        using var trainer = Trainer(log, "vector");
        var first = trainer.Train(new TrainingRequest(null, true), new EpochReports(), Token);

        var second = trainer.Train(new TrainingRequest(first.Candidate, full), new EpochReports(), Token);

        // Nothing is new, so that the hold-out is the same: what served is as good as it was when it was judged, to the bit.
        Assert.NotNull(first.Candidate.JudgedMovies);
        Assert.Equal(first.Figures with { TrainLoss = double.NaN, TrainRmse = double.NaN }, second.Serving);
        var unfolded = first.Candidate.Judged;
        var other = trainer.Train(new TrainingRequest(unfolded, full), new EpochReports(), Token);
        Assert.Equal(second.Candidate.Movies.RankingFactors, other.Candidate.Movies.RankingFactors);
    }

    [Fact]
    public void Candidate_that_is_not_to_serve_is_not_folded()
    {
        var log = World();
        var good = Train(log, new TrainingRequest(null, true)).Candidate;

        var bad = Train(log, new TrainingRequest(good, true), options: Options("vector", embeddingDim: 1));

        Assert.False(bad.Passed);
        Assert.Null(bad.Candidate.JudgedMovies);
        Assert.Null(bad.Candidate.SittingMovies);
    }

    private static MemoryRatingLog World() => new MemoryRatingLog().Rate(TestRatings.Sittings(60, 6, 10));

    private static TrainingResult Train(
        MemoryRatingLog log, TrainingRequest request, string engine = "vector", TrainingOptions? options = null)
    {
        using var trainer = new FactorTrainer(log, options ?? Options(engine), new FakeTimeProvider(), _ => { });
        return trainer.Train(request, new EpochReports(), Token);
    }

    private static FactorTrainer Trainer(MemoryRatingLog log, string engine) =>
        new(log, Options(engine), new FakeTimeProvider(), _ => { });

    private static TrainingOptions Options(string engine, int embeddingDim = 12) => new()
    {
        EmbeddingDim = embeddingDim,
        BatchSize = 64,
        LearningRate = 0.01,
        Device = "cpu",
        Engine = engine,
    };
}
