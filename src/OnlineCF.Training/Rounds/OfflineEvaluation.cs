using System.Diagnostics;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.Factors;
using OnlineCF.Training.History;
using OnlineCF.Training.Native;
using static TorchSharp.torch;

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
    /// <exception cref="ArgumentException">There are no training ratings.</exception>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded here.</exception>
    /// <exception cref="DivergedException">The loss is no longer a finite number.</exception>
    public static OfflineReport Run(
        IReadOnlyList<Rating> train, IReadOnlyList<Rating> test, TrainingOptions options,
        IProgress<EpochReport> progress, Action<string> log, CancellationToken cancellationToken)
    {
        TorchRuntime.Initialize(log);
        var set = Split(train, test);
        if (set.Train.Count == 0)
        {
            throw new ArgumentException("There are no training ratings.", nameof(train));
        }

        var started = Stopwatch.GetTimestamp();
        var run = TrainModel(set, options, progress, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        var biases = new BiasBaseline(set);
        var biasSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        var popularity = new PopularityBaseline(set, biases.Predict);
        var popularitySeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        var lists = new int[set.UserIds.Length][];
        OfflineFigures Measure(IUserScorer scorer, double took, double rate, int[][] into) =>
            new(new RankingEvaluator(set).Evaluate(scorer, into, cancellationToken), took, rate);
        OfflineFigures Baseline(IUserScorer scorer, double took) =>
            Measure(scorer, took, set.Train.Count / took, new int[set.UserIds.Length][]);
        return new OfflineReport(
            Measure(new SnapshotScorer(set, run.Snapshot, popularity), seconds, run.RatingsPerSecond, lists),
            Baseline(new PopularityBaseline(set, (_, _) => set.GlobalMean), popularitySeconds),
            Baseline(biases, biasSeconds),
            Baseline(popularity, popularitySeconds),
            ListsOf(set, lists), run.Snapshot);
    }

    private static TrainingSet Split(IReadOnlyList<Rating> train, IReadOnlyList<Rating> test)
    {
        var history = new RatingHistory();
        foreach (var rating in train.Concat(test))
        {
            history.Apply(new RatingEntry(
                history.LastSequence + 1, RatingEntryKind.Rated, rating.UserId, rating.MovieId, rating.Value, rating.RatedAtMicros));
        }

        // A pair that is in both has taken the sequence of its last entry, which is one of the test's.
        return TrainingSet.Create(history, rating => rating.Sequence > train.Count, _ => true);
    }

    private static RunResult TrainModel(
        TrainingSet set, TrainingOptions options, IProgress<EpochReport> progress, CancellationToken cancellationToken)
    {
        // The run must not see the test ratings at all, not even to choose an epoch.
        var blind = set.WithoutHoldOut();
        var measure = new RoundMeasure(blind, 0);
        return new TrainingRun(blind, options, new FoldInParameters(), measure, device(TorchRuntime.DeviceOf(options.Device)))
            .Train(null, new SnapshotStamp(set.Train.Count, DateTimeOffset.UnixEpoch), progress, cancellationToken);
    }

    private static List<UserList> ListsOf(TrainingSet set, int[][] lists) =>
        [.. lists.Select((rows, user) => new UserList(set.UserIds[user], Array.ConvertAll(rows, row => set.MovieIds[row])))];
}

/// <summary>One model's figures.</summary>
/// <param name="Figures">On the test ratings.</param>
/// <param name="Seconds">Training took.</param>
/// <param name="RatingsPerSecond">Training ratings passed over per second.</param>
public sealed record OfflineFigures(EvaluationFigures Figures, double Seconds, double RatingsPerSecond);

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
