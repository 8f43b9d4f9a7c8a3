using OnlineCF.Core.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace OnlineCF.Training.Factors.Torch;

/// <summary>
/// The ranking head, in the form of iALS (Hu, Koren, Volinsky 2008; Rendle et al. 2021):
/// Σ c (t − x·y)² + α0 Σ over all pairs (x·y)² + Σ_u (λ s_u + λ0) |x|² + Σ_i (λ s_i + λ0) |y|², with s the row's Σc; in
/// the equations of y each user's terms weigh w_u (<see cref="FoldInParameters.UserWeights"/>).
/// The sum over all pairs is α0 · xᵀGx with the other side's Gramian G, so it costs k² a row.
/// </summary>
internal sealed class RankingHead
{
    private readonly FoldInParameters _parameters;
    private readonly Scalar _unobservedWeight;
    private readonly long _gramianEverySteps;
    private readonly Tensor _userWeight;
    private readonly Tensor _userShare;
    private readonly Tensor _movieShare;
    private readonly Tensor _userL2;
    private readonly Tensor _movieL2;
    private readonly Tensor _userGramian;
    private readonly Tensor _movieGramian;
    private long _step;

    /// <summary>Takes over both tables, rows × k.</summary>
    /// <param name="users">Initial x.</param>
    /// <param name="movies">Initial y.</param>
    /// <param name="userWeight">w of each user row.</param>
    /// <param name="userWeights">Number of ratings and Σc of each user row, n × 2.</param>
    /// <param name="movieWeights">Number of ratings and Σ w c of each movie row.</param>
    /// <param name="gramianEverySteps">Minibatches from one look at the Gramians to the next.</param>
    /// <param name="parameters">The objective.</param>
    public RankingHead(
        Tensor users, Tensor movies, Tensor userWeight, Tensor userWeights, Tensor movieWeights,
        long gramianEverySteps, FoldInParameters parameters)
    {
        _gramianEverySteps = gramianEverySteps;
        (Users, Movies, _parameters) = (new LazyAdam(users), new LazyAdam(movies), parameters);
        _unobservedWeight = parameters.UnobservedWeight;
        _userWeight = userWeight.unsqueeze(1);
        _userGramian = Gramian(users, users * _userWeight);
        _movieGramian = Gramian(movies, movies);
        _userShare = userWeights.select(1, 0).clamp_min(1).reciprocal();
        _movieShare = movieWeights.select(1, 0).clamp_min(1).reciprocal();
        _userL2 = L2Of(userWeights);
        _movieL2 = L2Of(movieWeights);
    }

    /// <summary>User rows x.</summary>
    public LazyAdam Users { get; }

    /// <summary>Movie rows y.</summary>
    public LazyAdam Movies { get; }

    /// <summary>One minibatch. Adds the batch's Σ c (t − x·y)² to <paramref name="loss"/>, on the device.</summary>
    public void Step(Tensor users, Tensor movies, Tensor weights, Tensor targets, double learningRate, Tensor loss)
    {
        if (_step % _gramianEverySteps == 0)
        {
            RefreshGramians();
        }

        using var scope = NewDisposeScope();
        var (x, y) = (Users.Values.index_select(0, users), Movies.Values.index_select(0, movies));
        var error = (x * y).sum(1).sub_(targets);
        loss.add_((weights * error * error).sum(), HeldScalars.One);
        var pull = (weights * error).unsqueeze(1);
        using Scalar perRating = 1.0 / targets.shape[0];
        var userGradient = (pull * y).add_(Shared(x, users, _userShare, _userL2, _movieGramian), HeldScalars.One)
            .mul_(perRating);
        var movieGradient = (pull * _userWeight.index_select(0, users) * x).add_(Shared(y, movies, _movieShare, _movieL2, _userGramian), HeldScalars.One)
            .mul_(perRating);
        _step++;
        Users.Step(users, userGradient, learningRate, _step);
        Movies.Step(movies, movieGradient, learningRate, _step);
    }

    /// <summary>Sets these user rows to the exact minimum given the movies.</summary>
    public void SolveUsers(RowBlocks rows, CancellationToken cancellationToken) =>
        Solve(rows, Users.Values, Movies.Values, null, _userL2, cancellationToken);

    /// <summary>Sets these movie rows to the exact minimum given the users.</summary>
    public void SolveMovies(RowBlocks rows, CancellationToken cancellationToken) =>
        Solve(rows, Movies.Values, Users.Values, _userWeight, _movieL2, cancellationToken);

    private void Solve(
        RowBlocks rows, Tensor side, Tensor other, Tensor? otherWeight, Tensor l2, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var dim = other.shape[1];
        var gramian = Gramian(other, otherWeight is null ? other : other * otherWeight).mul_(_parameters.UnobservedWeight);
        foreach (var block in rows.Blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var blockScope = NewDisposeScope();
            var (n, width) = (block.Values.shape[0], block.Values.shape[1]);
            var (weights, targets) = Preferences(block.Values, _parameters);
            var y = other.index_select(0, block.Others).reshape(n, width, dim);
            var present = otherWeight is null
                ? block.Present
                : block.Present * otherWeight.index_select(0, block.Others).reshape(n, width);
            var weighted = y * (weights * present).unsqueeze(2);
            var ridge = l2.index_select(0, block.Rows).unsqueeze(1).expand(n, dim);
            var a = weighted.transpose(1, 2).bmm(y).add_(gramian).add_(diag_embed(ridge));
            var b = weighted.transpose(1, 2).bmm(targets.unsqueeze(2));
            side.index_copy_(0, block.Rows, cholesky_solve(b, linalg.cholesky(a)).squeeze(2));
        }
    }

    /// <summary>Weight c and target t of ratings, as <see cref="FoldInParameters.PreferenceOf"/> gives them.</summary>
    public static (Tensor Weights, Tensor Targets) Preferences(Tensor values, FoldInParameters parameters)
    {
        var shape = values.shape;
        using var flat = values.cpu().flatten();
        var stars = flat.data<float>().ToArray();
        var weights = Array.ConvertAll(stars, v => parameters.PreferenceOf(v).Weight);
        var targets = Array.ConvertAll(stars, v => parameters.PreferenceOf(v).Target);
        return (
            tensor(weights, device: values.device).reshape(shape),
            tensor(targets, device: values.device).reshape(shape));
    }

    // A row drawn n times an epoch carries 1/n of its share each time, so an epoch adds up to the objective.
    private Tensor Shared(Tensor rows, Tensor drawn, Tensor share, Tensor l2, Tensor gramian) =>
        (rows.mm(gramian).mul_(_unobservedWeight) + (rows * l2.index_select(0, drawn).unsqueeze(1)))
        .mul_(share.index_select(0, drawn).unsqueeze(1));

    private Tensor L2Of(Tensor weights) =>
        weights.select(1, 1).mul(_parameters.RankingL2).add_(_parameters.RankingPrior);

    private void RefreshGramians()
    {
        using var scope = NewDisposeScope();
        _userGramian.copy_(Gramian(Users.Values, Users.Values * _userWeight));
        _movieGramian.copy_(Gramian(Movies.Values, Movies.Values));
    }

    private static Tensor Gramian(Tensor rows, Tensor weighted) => rows.t().mm(weighted);
}
