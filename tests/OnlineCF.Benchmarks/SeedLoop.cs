using OnlineCF.Training.History;
using TorchSharp;
using static TorchSharp.torch;

namespace OnlineCF.Benchmarks;

/// <summary>
/// The loop that everybody writes first, to compare with: two embeddings, their product as the rating, squared error,
/// autograd, dense Adam.
/// </summary>
internal sealed class SeedLoop : IContestant
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TorchSharp.Modules.Embedding _users;
    private readonly TorchSharp.Modules.Embedding _movies;
    private readonly TorchSharp.Modules.Adam _adam;
    private readonly Tensor _userColumn;
    private readonly Tensor _movieColumn;
    private readonly Tensor _values;
    private Tensor? _order;

    /// <summary>Makes the embeddings.</summary>
    public SeedLoop(TrainingSet set, int dim, double learningRate)
    {
        (_users, _movies) = (nn.Embedding(set.TrainedUsers, dim), nn.Embedding(set.TrainedMovies, dim));
        _adam = optim.Adam([.. _users.parameters(), .. _movies.parameters()], learningRate);
        _userColumn = tensor(Array.ConvertAll(set.Train.Users, row => (long)row));
        _movieColumn = tensor(Array.ConvertAll(set.Train.Movies, row => (long)row));
        _values = tensor(set.Train.Values);
    }

    /// <inheritdoc/>
    public string Name => "seed loop (TorchSharp, dense Adam, autograd)";

    /// <inheritdoc/>
    public void Begin(int[] order)
    {
        _order?.Dispose();
        _order = tensor(Array.ConvertAll(order, position => (long)position));
    }

    /// <inheritdoc/>
    public void Step(int first, int count)
    {
        using var scope = NewDisposeScope();

        // Heads on the same thread do without.
        using var gradients = enable_grad();
        var drawn = _order!.narrow(0, first, count);
        var users = _users.call(_userColumn.index_select(0, drawn));
        var movies = _movies.call(_movieColumn.index_select(0, drawn));
        var loss = nn.functional.mse_loss((users * movies).sum(1), _values.index_select(0, drawn));
        _adam.zero_grad();
        loss.backward();
        _adam.step();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _adam.Dispose();
        _users.Dispose();
        _movies.Dispose();
        _scope.Dispose();
    }
}
