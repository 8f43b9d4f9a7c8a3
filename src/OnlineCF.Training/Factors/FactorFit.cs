using OnlineCF.Core.Models;
using OnlineCF.Core.Training;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Factors;

/// <summary>
/// Both heads on one training set: minibatch epochs with Adam, closed-form sweeps, and the snapshot of what
/// they have reached. Deterministic with the seed on cpu, whatever the number of threads.
/// To be made, used and disposed on one thread.
/// </summary>
internal sealed class FactorFit : IDisposable
{
    private const int StepsBetweenChecks = 4;

    private readonly TrainingSet _set;
    private readonly TrainingOptions _options;
    private readonly FoldInParameters _parameters;
    private readonly Random _random;
    private readonly IHeads _heads;
    private FactorTable? _users;
    private FactorTable? _movies;

    /// <summary>Starts from the warm snapshot's rows or from random ones.</summary>
    public FactorFit(
        TrainingSet set, TrainingOptions options, FoldInParameters parameters, BiasBaseline biases,
        FactorSnapshot? warm, Random random, TrainingEngine engine)
    {
        (_set, _options, _parameters, _random) = (set, options, parameters, random);
        var users = InitialFactors.OfUsers(set, biases, warm?.Users, options.EmbeddingDim, _random);
        var movies = InitialFactors.OfMovies(set, biases, warm?.Movies, options.EmbeddingDim, _random);
        _heads = engine.CreateHeads(new HeadsPlan(set, options.BatchSize, parameters, users, movies));
    }

    /// <summary>One pass over the ratings at these positions, in a new random order.</summary>
    /// <returns>Mean squared error of the rating head and mean Σ c (t − x·y)² of the ranking head on the way.</returns>
    /// <exception cref="OperationCanceledException">Seen every few minibatches.</exception>
    public EpochLoss Epoch(int[] positions, double learningRate, CancellationToken cancellationToken)
    {
        _random.Shuffle(positions);
        _heads.BeginEpoch(positions);
        var batch = _options.BatchSize;
        for (var first = 0; first < positions.Length; first += batch)
        {
            if (first / batch % StepsBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            _heads.Step(first, Math.Min(batch, positions.Length - first), learningRate);
        }

        var sums = _heads.EndEpoch();
        return new EpochLoss(sums.SquaredError / positions.Length, sums.Preference / positions.Length);
    }

    /// <summary>
    /// Sets the ranking head's movies that have a rating at these positions to the exact minimum given all
    /// users, then the users there to theirs given all movies: one step of alternating least squares on what
    /// an epoch has drawn.
    /// </summary>
    public void SweepRanking(int[] positions, CancellationToken cancellationToken)
    {
        _heads.SolveMovies(RowsAt(positions, _set.Train.Movies, _set.TrainedMovies), cancellationToken);
        _heads.SolveUsers(RowsAt(positions, _set.Train.Users, _set.TrainedUsers), cancellationToken);
    }

    /// <summary>What has been reached, as an unpublished snapshot.</summary>
    public FactorSnapshot Snapshot(Rounds.SnapshotStamp stamp) => new()
    {
        TrainedSequence = stamp.TrainedSequence,
        TrainedAt = stamp.TrainedAt,
        GlobalMean = _set.GlobalMean,
        FoldIn = _parameters,
        Movies = Table(ref _movies, _set.MovieIds.AsSpan(0, _set.TrainedMovies), _set.ByMovie, _heads.CopyMovies()),
        Users = Table(ref _users, _set.UserIds.AsSpan(0, _set.TrainedUsers), _set.Train, _heads.CopyUsers()),
    };

    /// <inheritdoc/>
    public void Dispose() => _heads.Dispose();

    // Ids and counts are shared by all snapshots of a fit: they have the same rows.
    private FactorTable Table(ref FactorTable? last, ReadOnlySpan<long> ids, RatingColumns ratings, HeadRows rows) =>
        last = last?.With(rows.Biases, rows.Rating, rows.Ranking) ?? new FactorTable(
            _options.EmbeddingDim, ids.ToArray(), ratings.Counts(ids.Length), rows.Biases, rows.Rating, rows.Ranking);

    private static int[] RowsAt(int[] positions, int[] rowOf, int rowCount)
    {
        var drawn = new bool[rowCount];
        foreach (var position in positions)
        {
            drawn[rowOf[position]] = true;
        }

        return [.. Enumerable.Range(0, rowCount).Where(row => drawn[row])];
    }
}

/// <summary>Means over one epoch, measured batch by batch while the factors moved.</summary>
/// <param name="SquaredError">Of the rating head, stars².</param>
/// <param name="Preference">Σ c (t − x·y)² of the ranking head.</param>
internal readonly record struct EpochLoss(double SquaredError, double Preference)
{
    /// <summary>Not measured.</summary>
    public static EpochLoss None { get; } = new(double.NaN, double.NaN);

    /// <summary>Both heads' losses together.</summary>
    public double Total => SquaredError + Preference;
}
