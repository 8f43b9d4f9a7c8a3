using OnlineCF.Core.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace OnlineCF.Training.Factors.Torch;

/// <summary>
/// The rating head: r ≈ μ + b_u + b_i + p·q. Loss Σ (r − μ − b_u − b_i − p·q)² + λ (|p|² + |q|²) + λ_b (b_u² + b_i²),
/// the L2 terms once per rating (Koren, Bell, Volinsky 2009). A table row is [factors, bias].
/// </summary>
internal sealed class RatingHead
{
    private readonly Scalar _mean;
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
        var predicted = (p * q).sum(1).add_(u.select(1, _dim), HeldScalars.One)
            .add_(i.select(1, _dim), HeldScalars.One).add_(_mean, HeldScalars.One);
        var error = predicted.sub_(values).unsqueeze(1);
        squaredError.add_(error.square().sum(), HeldScalars.One);
        using Scalar perRating = 1.0 / values.shape[0];
        var userGradient = Gradient(u, error, q).mul_(perRating);
        var movieGradient = Gradient(i, error, p).mul_(perRating);
        _step++;
        Users.Step(users, userGradient, learningRate, _step);
        Movies.Step(movies, movieGradient, learningRate, _step);
    }

    // ∂/∂[factors, bias] = error · [other factors, 1] + λ · [factors, bias], up to the common factor 2.
    private Tensor Gradient(Tensor row, Tensor error, Tensor otherFactors) =>
        cat([error * otherFactors, error], 1).add_(row * _l2, HeldScalars.One);
}
