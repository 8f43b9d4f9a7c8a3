using System.Diagnostics;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.Factors;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// Trains on some ratings as a full round of the service does and measures on others, beside the baselines.
/// All training ratings train, so no epoch can be chosen by a hold-out: all of them are done.
/// </summary>
public static class OfflineEvaluation
{
    /// <summary>Trains and measures; with the same seed and on cpu the same input gives the same figures.</summary>
    /// <param name="train">Ratings to train on; of several for one user and movie the last counts.</param>
    /// <param name="test">Ratings to measure on. One for a user and movie that trains is measured, not trained.</param>
    /// <param name="options">Dimension, batch size, learning rate, epochs, seed and device.</param>
    /// <param name="progress">Hears of each epoch; without a hold-out only the training loss is a number.</param>
    /// <param name="log">Takes a line for people when libtorch had to be adapted to this system.</param>
    /// <param name="cancellationToken">Seen between minibatches and between users.</param>
    /// <param name="diversity">How much the model's lists give of their scores for variety, 0 to 1.</param>
    /// <exception cref="ArgumentException">There are no training ratings.</exception>
    /// <exception cref="Native.DeviceUnavailableException">The device is not there, or the engine does not run on it.</exception>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded here.</exception>
    /// <exception cref="DivergedException">The loss is no longer a finite number.</exception>
    public static OfflineReport Run(
        IReadOnlyList<Rating> train, IReadOnlyList<Rating> test, TrainingOptions options,
        IProgress<EpochReport> progress, Action<string> log, CancellationToken cancellationToken, float diversity = 0)
    {
        var engine = TrainingEngine.Of(options, log);
        var (set, moments) = OfflineSplit.Create(train, test);
        if (set.Train.Count == 0)
        {
            throw new ArgumentException("There are no training ratings.", nameof(train));
        }

        var started = Stopwatch.GetTimestamp();
        var run = TrainModel(set, options, engine, progress, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        var biases = new BiasBaseline(set);
        var biasSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        var popularity = new PopularityBaseline(set, biases.Predict);
        var popularitySeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        var lists = new int[set.UserIds.Length][];
        OfflineFigures Baseline(IUserScorer scorer, double took) => new(
            new RankingEvaluator(set) { Threads = engine.Threads }.Evaluate(scorer, new int[set.UserIds.Length][], cancellationToken),
            took, set.Train.Count / took);
        var recent = new RecentLikesTable(train);
        var scorer = new SnapshotScorer(
            set, run.Snapshot, new PopularityBaseline(set, biases.Predict, recent), moments, recent)
        { Diversity = diversity };
        var figures = new RankingEvaluator(set) { Threads = engine.Threads }.Evaluate(scorer, lists, cancellationToken);
        var listed = ListsOf(set, lists);
        return new OfflineReport(
            new OfflineFigures(figures, seconds, run.RatingsPerSecond)
            {
                IntraListDistance10 = IntraListDistance.Of(run.Snapshot, listed.Select(list => list.MovieIds)),
                TimelessRmse = Math.Sqrt(scorer.TimelessSquares / figures.HeldOut),
            },
            Baseline(new PopularityBaseline(set, (_, _) => set.GlobalMean), popularitySeconds),
            Baseline(biases, biasSeconds),
            Baseline(popularity, popularitySeconds),
            listed, run.Snapshot);
    }

    private static RunResult TrainModel(
        TrainingSet set, TrainingOptions options, TrainingEngine engine, IProgress<EpochReport> progress,
        CancellationToken cancellationToken)
    {
        // The run must not see the test ratings at all, not even to choose an epoch.
        var blind = set.WithoutHoldOut();
        var measure = new RoundMeasure(blind, 0, engine.Threads);
        return new TrainingRun(blind, options, new FoldInParameters(), measure, engine)
            .Train(null, new SnapshotStamp(set.Train.Count, DateTimeOffset.UnixEpoch), progress, cancellationToken);
    }

    private static List<UserList> ListsOf(TrainingSet set, int[][] lists) =>
        [.. lists.Select((rows, user) => new UserList(set.UserIds[user], Array.ConvertAll(rows, row => set.MovieIds[row])))];
}

/// <summary>One model's figures.</summary>
/// <param name="Figures">On the test ratings.</param>
/// <param name="Seconds">Training took.</param>
/// <param name="RatingsPerSecond">Training ratings passed over per second.</param>
public sealed record OfflineFigures(EvaluationFigures Figures, double Seconds, double RatingsPerSecond)
{
    /// <summary>RMSE of the factor model without what the ratings before a test rating say of its moment; else NaN.</summary>
    public double TimelessRmse { get; init; } = double.NaN;

    /// <summary>Mean of 1 − cosine over all pairs of a list's first ten movies, by the factor model; else NaN.</summary>
    public double IntraListDistance10 { get; init; } = double.NaN;
}

/// <summary>A user's list.</summary>
/// <param name="UserId">The user, with a training or a test rating.</param>
/// <param name="MovieIds">At most 20 movies, best first, none rated in training.</param>
public sealed record UserList(long UserId, IReadOnlyList<long> MovieIds);

/// <summary>What an offline evaluation found.</summary>
/// <param name="Model">The factor model.</param>
/// <param name="Mean">Always the global mean; lists are by popularity.</param>
/// <param name="Bias">μ + b_u + b_i; lists are by b_i.</param>
/// <param name="Popularity">Lists by number of ratings; stars are the bias baseline's.</param>
/// <param name="Lists">The factor model's lists.</param>
/// <param name="Snapshot">The factor model.</param>
public sealed record OfflineReport(
    OfflineFigures Model, OfflineFigures Mean, OfflineFigures Bias, OfflineFigures Popularity,
    IReadOnlyList<UserList> Lists, FactorSnapshot Snapshot);
