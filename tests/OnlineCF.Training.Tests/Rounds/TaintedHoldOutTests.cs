using Microsoft.Extensions.Time.Testing;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.History;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Rounds;

/// <summary>
/// The hold-out is turned upside down: who loved a movie hates it. Whatever had seen one of these ratings would
/// come out different, so what comes out the same to the bit has seen none.
/// </summary>
public sealed class TaintedHoldOutTests
{
    private const double Fraction = 0.2;
    private const int FirstRatings = 2000;

    private static readonly (long User, long Movie, float Value)[] Truth =
        [.. TestRatings.Checkerboard(60, 60).OrderBy(x => (x.User * 7919) + (x.Movie * 104_729) % 10_007)];

    // The hold-out's one legitimate say is which epoch's rating head serves. With one epoch there is no choice.
    [Fact]
    public void Snapshots_of_full_and_incremental_rounds_and_after_a_restart_are_the_same_to_the_bit()
    {
        var (truth, tainted) = (Judged(Truth, epochs: 1), Judged(Tainted(HeldOut), epochs: 1));

        foreach (var (one, other) in truth.Zip(tainted))
        {
            AssertSame(one.Movies, other.Movies);
            AssertSame(one.Users, other.Users);
            Assert.Equal(one.GlobalMean, other.GlobalMean);
        }
    }

    // The ranking head is always that of the last epoch.
    [Fact]
    public void Ranking_heads_are_the_same_to_the_bit_after_many_epochs()
    {
        var (truth, tainted) = (Judged(Truth, epochs: 4), Judged(Tainted(HeldOut), epochs: 4));

        foreach (var (one, other) in truth.Zip(tainted))
        {
            Assert.Equal(one.Movies.RankingFactors, other.Movies.RankingFactors);
            Assert.Equal(one.Users.RankingFactors, other.Users.RankingFactors);
        }
    }

    // What passed the gate serves with what the hold-out knows.
    [Fact]
    public void Lists_that_serve_know_the_hold_out()
    {
        var (truth, tainted) = (Snapshots(Truth, epochs: 4)[0], Snapshots(Tainted(HeldOut), epochs: 4)[0]);

        Assert.NotNull(truth.JudgedMovies);
        Assert.NotEqual(truth.Movies.RankingFactors, truth.JudgedMovies.RankingFactors);
        Assert.NotEqual(truth.Movies.RankingFactors, tainted.Movies.RankingFactors);
    }

    [Fact]
    public void One_tainted_training_rating_shows()
    {
        var marked = Truth.First(rating => !HeldOut(rating));

        var (truth, tainted) = (Judged(Truth, epochs: 1)[0], Judged(Tainted(x => x == marked), epochs: 1)[0]);

        Assert.NotEqual(truth.Movies.RatingFactors, tainted.Movies.RatingFactors);
        Assert.NotEqual(truth.Movies.RankingFactors, tainted.Movies.RankingFactors);
    }

    [Fact]
    public void What_measures_folds_users_in_and_counts_popularity_without_the_hold_out()
    {
        var snapshot = Judged(Truth, epochs: 1)[0];
        var (truth, tainted) = (SetOf(Truth), SetOf(Tainted(HeldOut)));

        Assert.Equal(new BiasBaseline(truth).UserBiases, new BiasBaseline(tainted).UserBiases);
        Assert.Equal(new BiasBaseline(truth).MovieBiases, new BiasBaseline(tainted).MovieBiases);
        Assert.Equal(Lists(truth, Popular), Lists(tainted, Popular));
        Assert.Equal(Lists(truth, Model), Lists(tainted, Model));
        Assert.Equal(Stars(truth), Stars(tainted));

        PopularityBaseline Popular(TrainingSet set) => new(set, new BiasBaseline(set).Predict);
        SnapshotScorer Model(TrainingSet set) => new(set, snapshot, Popular(set));
        float[] Stars(TrainingSet set)
        {
            var stars = new float[set.HoldOut.MoviesOf(0).Length];
            Model(set).Score(0, set.HoldOut.MoviesOf(0), stars, []);
            return stars;
        }
    }

    private static bool HeldOut((long User, long Movie, float) rating) =>
        HoldOut.Contains(rating.User, rating.Movie, Fraction);

    private static (long User, long Movie, float Value)[] Tainted(Func<(long, long, float), bool> isMarked) =>
        Array.ConvertAll(Truth, x => isMarked(x) ? (x.User, x.Movie, 5.5f - x.Value) : x);

    private static TrainingSet SetOf((long, long, float)[] ratings) => TrainingSet.Create(
        TestRatings.History(ratings), (user, movie) => HoldOut.Contains(user, movie, Fraction), 0);

    private static IEnumerable<int> Lists(TrainingSet set, Func<TrainingSet, IUserScorer> scorer)
    {
        var lists = new int[set.UserIds.Length][];
        new RankingEvaluator(set).Evaluate(scorer(set), lists, CancellationToken.None);
        return lists.SelectMany(list => list);
    }

    private static List<FactorSnapshot> Judged((long, long, float)[] ratings, int epochs) =>
        Snapshots(ratings, epochs).ConvertAll(snapshot => snapshot.Judged);

    // A full round, an incremental one, and after a restart an incremental and a full one. Each starts from the last.
    private static List<FactorSnapshot> Snapshots((long, long, float)[] ratings, int epochs)
    {
        var log = new MemoryRatingLog().Rate(ratings[..FirstRatings]);
        var snapshots = new List<FactorSnapshot>();
        using (var trainer = Trainer(log, epochs))
        {
            snapshots.Add(trainer.Train(new(null, true), new EpochReports(), CancellationToken.None).Candidate);
            log.Rate(ratings[FirstRatings..^100]);
            snapshots.Add(trainer.Train(new(snapshots[0], false), new EpochReports(), CancellationToken.None).Candidate);
        }

        log.Rate(ratings[^100..]);
        using var restarted = Trainer(log, epochs);
        snapshots.Add(restarted.Train(new(snapshots[1], false), new EpochReports(), CancellationToken.None).Candidate);
        snapshots.Add(restarted.Train(new(snapshots[2], true), new EpochReports(), CancellationToken.None).Candidate);
        return snapshots;
    }

    private static FactorTrainer Trainer(MemoryRatingLog log, int epochs) => new(
        log,
        new TrainingOptions
        {
            EmbeddingDim = 8,
            BatchSize = 64,
            LearningRate = 0.01,
            Epochs = epochs,
            PatienceEpochs = epochs,
            ValidationFraction = Fraction,
            Device = "cpu",
        },
        new FakeTimeProvider(), _ => { });

    private static void AssertSame(FactorTable one, FactorTable other)
    {
        Assert.Equal(one.Ids, other.Ids);
        Assert.Equal(one.Counts, other.Counts);
        Assert.Equal(one.Biases, other.Biases);
        Assert.Equal(one.RatingFactors, other.RatingFactors);
        Assert.Equal(one.RankingFactors, other.RankingFactors);
    }
}
