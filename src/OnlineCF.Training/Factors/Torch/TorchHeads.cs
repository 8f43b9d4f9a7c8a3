using OnlineCF.Core.Models;
using OnlineCF.Training.History;
using TorchSharp;
using static TorchSharp.torch;

namespace OnlineCF.Training.Factors.Torch;

/// <summary>
/// Both heads in TorchSharp, for cuda and as the reference of the cpu's own. Ratings, rows, moments and losses stay
/// on the device: a step waits for nothing. To be used on one thread: torch's scopes belong to their thread.
/// </summary>
internal sealed class TorchHeads : IHeads
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _noGradients = no_grad();
    private readonly TrainingSet _set;
    private readonly Device _device;
    private readonly int _dim;
    private readonly RatingHead _rating;
    private readonly RankingHead _ranking;
    private readonly Columns _columns;
    private readonly Tensor _losses;
    private Tensor? _order;

    /// <summary>Puts the training set and the initial rows on the device.</summary>
    public TorchHeads(
        TrainingSet set, int batchSize, FoldInParameters parameters, InitialFactors users, InitialFactors movies, Device device)
    {
        (_set, _device, _dim) = (set, device, users.Ranking.GetLength(1));
        var values = tensor(set.Train.Values, device: device);
        var (weights, targets) = RankingHead.Preferences(values, parameters);
        _columns = new Columns(Rows(set.Train.Users), Rows(set.Train.Movies), values, weights, targets);
        _losses = zeros(2, device: device);
        var userWeight = tensor(parameters.UserWeights(set.Train.Counts(set.TrainedUsers)), device: device);
        var userWeights = WeightsOf(_columns.Users, weights, set.TrainedUsers);
        var movieWeights = WeightsOf(
            _columns.Movies, weights * userWeight.index_select(0, _columns.Users), set.TrainedMovies);
        _rating = new RatingHead(
            OnDevice(users.Rating), OnDevice(movies.Rating), userWeights.select(1, 0), movieWeights.select(1, 0),
            set.GlobalMean, parameters);
        _ranking = new RankingHead(
            OnDevice(users.Ranking), OnDevice(movies.Ranking), userWeight, userWeights, movieWeights,
            GramianRefresh.EverySteps((long)set.TrainedUsers + set.TrainedMovies, batchSize), parameters);
    }

    /// <inheritdoc/>
    public void BeginEpoch(int[] order)
    {
        _order?.Dispose();
        _order = Rows(order);
        _losses.zero_();
    }

    /// <inheritdoc/>
    public void Step(int first, int count, double learningRate)
    {
        using var scope = NewDisposeScope();
        var drawn = _columns.Draw(_order!.narrow(0, first, count));
        _rating.Step(drawn.Users, drawn.Movies, drawn.Values, learningRate, _losses[0]);
        _ranking.Step(drawn.Users, drawn.Movies, drawn.Weights, drawn.Targets, learningRate, _losses[1]);
    }

    /// <inheritdoc/>
    public EpochLoss EndEpoch()
    {
        using var losses = _losses.cpu();
        var sums = losses.data<float>();
        return new EpochLoss(sums[0], sums[1]);
    }

    /// <inheritdoc/>
    public void SolveUsers(int[] rows, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        _ranking.SolveUsers(new RowBlocks(_set.Train, rows, _device), cancellationToken);
    }

    /// <inheritdoc/>
    public void SolveMovies(int[] rows, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        _ranking.SolveMovies(new RowBlocks(_set.ByMovie, rows, _device), cancellationToken);
    }

    /// <inheritdoc/>
    public HeadRows CopyUsers() => Copy(_rating.Users.Values, _ranking.Users.Values);

    /// <inheritdoc/>
    public HeadRows CopyMovies() => Copy(_rating.Movies.Values, _ranking.Movies.Values);

    /// <inheritdoc/>
    public void Dispose()
    {
        _noGradients.Dispose();
        _scope.Dispose();
    }

    private HeadRows Copy(Tensor rating, Tensor ranking)
    {
        using var scope = NewDisposeScope();
        var padding = FactorTable.StrideOf(_dim) - _dim;
        return new HeadRows(
            ToHost(rating.select(1, _dim)),
            ToHost(nn.functional.pad(rating.narrow(1, 0, _dim), [0, padding])),
            ToHost(nn.functional.pad(ranking, [0, padding])));
    }

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
