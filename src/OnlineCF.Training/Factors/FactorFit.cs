using OnlineCF.Core.Models;
using OnlineCF.Core.Training;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.History;
using TorchSharp;
using static TorchSharp.torch;

namespace OnlineCF.Training.Factors;

/// <summary>
/// Both heads on one training set: minibatch epochs with Adam, closed-form sweeps, and the snapshot of what
/// they have reached. Deterministic with the seed on cpu. Everything stays on the device until the snapshot.
/// To be made, used and disposed on one thread: torch's scopes belong to their thread.
/// </summary>
internal sealed class FactorFit : IDisposable
{
    private const int StepsBetweenChecks = 4;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TrainingSet _set;
    private readonly TrainingOptions _options;
    private readonly FoldInParameters _parameters;
    private readonly Device _device;
    private readonly Random _random;
    private readonly RatingHead _rating;
    private readonly RankingHead _ranking;
    private readonly Columns _columns;

    /// <summary>Puts the training set on the device and starts from the warm snapshot's rows or from random ones.</summary>
    public FactorFit(
        TrainingSet set, TrainingOptions options, FoldInParameters parameters, BiasBaseline biases,
        FactorSnapshot? warm, Random random, Device device)
    {
        (_set, _options, _parameters, _random, _device) = (set, options, parameters, random, device);
        var values = tensor(set.Train.Values, device: device);
        var (weights, targets) = RankingHead.Preferences(values, parameters);
        _columns = new Columns(Rows(set.Train.Users), Rows(set.Train.Movies), values, weights, targets);
        var users = InitialFactors.OfUsers(set, biases, warm?.Users, options.EmbeddingDim, _random);
        var movies = InitialFactors.OfMovies(set, biases, warm?.Movies, options.EmbeddingDim, _random);
        var userWeights = WeightsOf(_columns.Users, weights, set.TrainedUsers);
        var userWeight = tensor(parameters.UserWeights(set.Train.Counts(set.TrainedUsers)), device: device);
        var movieWeights = WeightsOf(
            _columns.Movies, weights * userWeight.index_select(0, _columns.Users), set.TrainedMovies);
        _rating = new RatingHead(
            OnDevice(users.Rating), OnDevice(movies.Rating), userWeights.select(1, 0), movieWeights.select(1, 0),
            set.GlobalMean, parameters);
        _ranking = new RankingHead(
            OnDevice(users.Ranking), OnDevice(movies.Ranking), userWeight, userWeights, movieWeights, parameters);
    }

    /// <summary>One pass over the ratings at these positions, in a new random order.</summary>
    /// <returns>Mean squared error of the rating head and mean Σ c (t − x·y)² of the ranking head on the way.</returns>
    /// <exception cref="OperationCanceledException">Seen every few minibatches.</exception>
    public EpochLoss Epoch(int[] positions, double learningRate, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        _random.Shuffle(positions);
        var order = Rows(positions);
        var losses = zeros(2, device: _device);
        var (squared, ranking) = (losses[0], losses[1]);
        var batch = _options.BatchSize;
        for (var first = 0; first < positions.Length; first += batch)
        {
            if (first / batch % StepsBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            using var stepScope = NewDisposeScope();
            var drawn = _columns.Draw(order.narrow(0, first, Math.Min(batch, positions.Length - first)));
            _rating.Step(drawn.Users, drawn.Movies, drawn.Values, learningRate, squared);
            _ranking.Step(drawn.Users, drawn.Movies, drawn.Weights, drawn.Targets, learningRate, ranking);
        }

        var sums = losses.cpu().data<float>();
        return new EpochLoss(sums[0] / positions.Length, sums[1] / positions.Length);
    }

    /// <summary>
    /// Sets the ranking head's movies that have a rating at these positions to the exact minimum given all
    /// users, then the users there to theirs given all movies: one step of alternating least squares on what
    /// an epoch has drawn.
    /// </summary>
    public void SweepRanking(int[] positions, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        _ranking.SolveMovies(Blocks(_set.ByMovie, _set.Train.Movies, positions), cancellationToken);
        _ranking.SolveUsers(Blocks(_set.Train, _set.Train.Users, positions), cancellationToken);
    }

    /// <summary>What has been reached, as an unpublished snapshot.</summary>
    public FactorSnapshot Snapshot(Rounds.SnapshotStamp stamp) => new()
    {
        TrainedSequence = stamp.TrainedSequence,
        TrainedAt = stamp.TrainedAt,
        GlobalMean = _set.GlobalMean,
        FoldIn = _parameters,
        Movies = Table(_set.MovieIds.AsSpan(0, _set.TrainedMovies), _set.ByMovie, _rating.Movies.Values, _ranking.Movies.Values),
        Users = Table(_set.UserIds.AsSpan(0, _set.TrainedUsers), _set.Train, _rating.Users.Values, _ranking.Users.Values),
    };

    /// <inheritdoc/>
    public void Dispose() => _scope.Dispose();

    private FactorTable Table(ReadOnlySpan<long> ids, RatingColumns ratings, Tensor rating, Tensor ranking)
    {
        var dim = _options.EmbeddingDim;
        var stride = FactorTable.StrideOf(dim);
        using var scope = NewDisposeScope();
        return new FactorTable(
            dim, ids.ToArray(), ratings.Counts(ids.Length), ToHost(rating.select(1, dim)),
            ToHost(nn.functional.pad(rating.narrow(1, 0, dim), [0, stride - dim])),
            ToHost(nn.functional.pad(ranking, [0, stride - dim])));
    }

    private RowBlocks Blocks(RatingColumns ratings, int[] rowOf, int[] positions) =>
        new(ratings, [.. positions.Select(position => rowOf[position]).Distinct().Order()], _device);

    private Tensor Rows(int[] rows)
    {
        using var narrow = tensor(rows, device: _device);
        return narrow.to(ScalarType.Int64);
    }

    private Tensor OnDevice(float[,] rows) => tensor(rows, device: _device);

    private Tensor WeightsOf(Tensor rows, Tensor weights, int count)
    {
        using var pairs = stack([ones_like(weights), weights], 1);
        return zeros(count, 2, device: _device).index_add_(0, rows, pairs, 1);
    }

    private static float[] ToHost(Tensor values) => values.cpu().contiguous().data<float>().ToArray();

    /// <summary>The training ratings, or a minibatch of them, on the device.</summary>
    private sealed record Columns(Tensor Users, Tensor Movies, Tensor Values, Tensor Weights, Tensor Targets)
    {
        public Columns Draw(Tensor positions) => new(
            Users.index_select(0, positions), Movies.index_select(0, positions), Values.index_select(0, positions),
            Weights.index_select(0, positions), Targets.index_select(0, positions));
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
