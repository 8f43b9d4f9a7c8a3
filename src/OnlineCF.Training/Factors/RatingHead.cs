using OnlineCF.Core.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace OnlineCF.Training.Factors;

/// <summary>
/// The rating head: r ≈ μ + b_u + b_i + p·q. Loss Σ (r − μ − b_u − b_i − p·q)² + λ (|p|² + |q|²) + λ_b (b_u² + b_i²),
/// the L2 terms once per rating (Koren, Bell, Volinsky 2009). A table row is [factors, bias].
/// </summary>
internal sealed class RatingHead
{
    private readonly float _mean;
    private readonly int _dim;
    private readonly Tensor _l2;
    private long _step;

    /// <summary>Takes over both tables, rows × (k + 1).</summary>
    public RatingHead(Tensor users, Tensor movies, float mean, FoldInParameters parameters)
    {
        (Users, Movies, _mean) = (new LazyAdam(users), new LazyAdam(movies), mean);
        _dim = (int)users.shape[1] - 1;
        _l2 = full([_dim + 1], parameters.RatingL2, device: users.device);
        _l2[_dim] = parameters.BiasL2;
    }

    /// <summary>User rows [p, b_u].</summary>
    public LazyAdam Users { get; }

    /// <summary>Movie rows [q, b_i].</summary>
    public LazyAdam Movies { get; }

    /// <summary>One minibatch. Adds the batch's squared error to <paramref name="squaredError"/>, on the device.</summary>
    public void Step(Tensor users, Tensor movies, Tensor values, double learningRate, Tensor squaredError)
    {
        using var scope = NewDisposeScope();
        var (u, i) = (Users.Values.index_select(0, users), Movies.Values.index_select(0, movies));
        var (p, q) = (u.narrow(1, 0, _dim), i.narrow(1, 0, _dim));
        var predicted = (p * q).sum(1).add_(u.select(1, _dim)).add_(i.select(1, _dim)).add_(_mean);
        var error = predicted.sub_(values).unsqueeze(1);
        squaredError.add_(error.square().sum());
        var perRating = 1.0 / values.shape[0];
        var userGradient = Gradient(u, error, q).mul_(perRating);
        var movieGradient = Gradient(i, error, p).mul_(perRating);
        _step++;
        Users.Step(users, userGradient, learningRate, _step);
        Movies.Step(movies, movieGradient, learningRate, _step);
    }

    /// <summary>Sets these user rows to the exact minimum given the movies.</summary>
    public void SolveUsers(RowBlocks rows, CancellationToken cancellationToken) =>
        Solve(rows, Users.Values, Movies.Values, cancellationToken);

    /// <summary>Sets these movie rows to the exact minimum given the users.</summary>
    public void SolveMovies(RowBlocks rows, CancellationToken cancellationToken) =>
        Solve(rows, Movies.Values, Users.Values, cancellationToken);

    private void Solve(RowBlocks rows, Tensor side, Tensor other, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        // With a 1 in place of the other side's bias, this side's bias is one more factor.
        var features = other.clone();
        features.select(1, _dim).fill_(1);
        foreach (var block in rows.Blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var blockScope = NewDisposeScope();
            var (n, width) = (block.Values.shape[0], block.Values.shape[1]);
            var y = features.index_select(0, block.Others).reshape(n, width, _dim + 1).mul_(block.Present.unsqueeze(2));
            var bias = other.select(1, _dim).index_select(0, block.Others).reshape(n, width);
            var target = (block.Values - _mean - bias).mul_(block.Present);
            var counts = block.Present.sum(1);
            var a = y.transpose(1, 2).bmm(y) + diag_embed(counts.unsqueeze(1) * _l2 + 1e-6f);
            var b = y.transpose(1, 2).bmm(target.unsqueeze(2));
            side.index_copy_(0, block.Rows, cholesky_solve(b, linalg.cholesky(a)).squeeze(2));
        }
    }

    // ∂/∂[factors, bias] = error · [other factors, 1] + λ · [factors, bias], up to the common factor 2.
    private Tensor Gradient(Tensor row, Tensor error, Tensor otherFactors) =>
        cat([error * otherFactors, error], 1).add_(row * _l2);
}
