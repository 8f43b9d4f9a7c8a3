using OnlineCF.Core.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace OnlineCF.Training.Factors.Torch;

/// <summary>
/// The rating head: r ≈ μ + b_u + b_i + p·q. Loss Σ (r − μ − b_u − b_i − p·q)² + Σ_u ((λ n_u + λ0) |p|² + λ_b b_u²), and
/// the same for the movies (Koren, Bell, Volinsky 2009; λ0 and λ_b as in Salakhutdinov and Mnih 2008, "Probabilistic
/// matrix factorization"). A table row is [factors, bias].
/// </summary>
internal sealed class RatingHead
{
    private readonly Scalar _mean;
    private readonly int _dim;
    private readonly Tensor _userL2;
    private readonly Tensor _movieL2;
    private long _step;

    /// <summary>Takes over both tables, rows × (k + 1).</summary>
    /// <param name="users">Initial [p, b_u].</param>
    /// <param name="movies">Initial [q, b_i].</param>
    /// <param name="userCounts">Number of ratings of each user row.</param>
    /// <param name="movieCounts">Number of ratings of each movie row.</param>
    /// <param name="mean">μ, in stars.</param>
    /// <param name="parameters">The objective.</param>
    public RatingHead(
        Tensor users, Tensor movies, Tensor userCounts, Tensor movieCounts, float mean, FoldInParameters parameters)
    {
        (Users, Movies, _mean) = (new LazyAdam(users), new LazyAdam(movies), mean);
        _dim = (int)users.shape[1] - 1;
        _userL2 = L2Of(userCounts, parameters);
        _movieL2 = L2Of(movieCounts, parameters);
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
        var userGradient = Gradient(u, error, q, users, _userL2).mul_(perRating);
        var movieGradient = Gradient(i, error, p, movies, _movieL2).mul_(perRating);
        _step++;
        Users.Step(users, userGradient, learningRate, _step);
        Movies.Step(movies, movieGradient, learningRate, _step);
    }

    // ∂/∂[factors, bias] = error · [other factors, 1] + λ · [factors, bias], up to the common factor 2.
    private static Tensor Gradient(Tensor row, Tensor error, Tensor otherFactors, Tensor drawn, Tensor l2) =>
        cat([error * otherFactors, error], 1).add_(row * l2.index_select(0, drawn), HeldScalars.One);

    // A row drawn n times an epoch carries 1/n of what does not grow with its ratings: rows × (k + 1).
    private Tensor L2Of(Tensor counts, FoldInParameters parameters)
    {
        using var scope = NewDisposeScope();
        var share = counts.clamp_min(1).reciprocal().unsqueeze(1);
        var factors = share.mul(parameters.RatingPrior).add_(parameters.RatingL2).expand(-1, _dim);
        return cat([factors, share.mul(parameters.BiasPrior)], 1).MoveToOuterDisposeScope();
    }
}
