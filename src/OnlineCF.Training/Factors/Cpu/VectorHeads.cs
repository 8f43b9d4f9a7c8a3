using OnlineCF.Core.Models;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Factors.Cpu;

/// <summary>
/// Both heads on cpu: a step is three passes over the minibatch (errors, gradients, moves) in vector registers, where
/// a tensor library makes some sixty. Work is cut into pieces that do not depend on each other or on the number
/// of threads: a row's gradient is always summed by one thread in the order of the batch.
/// </summary>
internal sealed unsafe class VectorHeads : IHeads
{
    private const int PlacesAPiece = 64;
    private const int RowsAPiece = 16;
    private const int PlacesAhead = 4;

    private readonly FoldInParameters _parameters;
    private readonly float _mean;
    private readonly long _gramianEverySteps;
    private readonly HeadSide _users;
    private readonly HeadSide _movies;
    private readonly SideGramian _userGramian;
    private readonly SideGramian _movieGramian;
    private readonly RowSolves _userSolves;
    private readonly RowSolves _movieSolves;
    private readonly Minibatch _batch;
    private readonly ThreadTeam _team;
    private readonly Phase[] _phases;
    private int[] _order = [];
    private EpochLoss _loss;
    private AdamStep _adam;
    private long _step;
    private int _first;

    /// <summary>Copies the initial rows and starts the threads.</summary>
    public VectorHeads(
        TrainingSet set, int batchSize, FoldInParameters parameters, InitialFactors users, InitialFactors movies, int threads)
    {
        var dim = users.Ranking.GetLength(1);
        (_parameters, _mean) = (parameters, set.GlobalMean);
        _gramianEverySteps = GramianRefresh.EverySteps((long)set.TrainedUsers + set.TrainedMovies, batchSize);
        var places = Math.Min(batchSize, set.Train.Count);
        _batch = new Minibatch(set.Train, parameters, places);
        var userWeights = parameters.UserWeights(set.Train.Counts(set.TrainedUsers));
        _users = new HeadSide(users, set.Train, userWeights, [], places, parameters, biasColumn: 0);
        _movies = new HeadSide(movies, set.ByMovie, [], userWeights, places, parameters, biasColumn: 1);
        _team = new ThreadTeam(threads);
        (_userGramian, _movieGramian) = (new SideGramian(_users, dim, _team), new SideGramian(_movies, dim, _team));
        _userSolves = new RowSolves(_users, _movies, _movieGramian, set.Train, dim, parameters, _team);
        _movieSolves = new RowSolves(_movies, _users, _userGramian, set.ByMovie, dim, parameters, _team);
        _phases =
        [
            new Phase(Draw, () => 2), new Phase(Predict, () => Pieces(_batch.Count, PlacesAPiece)),
            new Phase(AddUp, SlotPieces), new Phase(Move, SlotPieces),
        ];
    }

    /// <inheritdoc/>
    public void BeginEpoch(int[] order) => (_order, _loss) = (order, default);

    /// <inheritdoc/>
    public void Step(int first, int count, double learningRate)
    {
        if (_step % _gramianEverySteps == 0)
        {
            _userGramian.Refresh(_parameters.UnobservedWeight);
            _movieGramian.Refresh(_parameters.UnobservedWeight);
        }

        _adam = new AdamStep(learningRate, ++_step, count);
        (_first, _batch.Count) = (first, count);
        _team.Run(_phases);
        var loss = _batch.Loss();
        _loss = new EpochLoss(_loss.SquaredError + loss.SquaredError, _loss.Preference + loss.Preference);
    }

    /// <inheritdoc/>
    public EpochLoss EndEpoch() => _loss;

    /// <inheritdoc/>
    public void SolveUsers(int[] rows, CancellationToken cancellationToken) => _userSolves.Solve(rows, cancellationToken);

    /// <inheritdoc/>
    public void SolveMovies(int[] rows, CancellationToken cancellationToken) => _movieSolves.Solve(rows, cancellationToken);

    /// <inheritdoc/>
    public HeadRows CopyUsers() => _users.Copy();

    /// <inheritdoc/>
    public HeadRows CopyMovies() => _movies.Copy();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in (ReadOnlySpan<IDisposable>)[_team, _users, _movies, _userGramian, _movieGramian])
        {
            part.Dispose();
        }
    }

    private void Draw(int piece)
    {
        var positions = _order.AsSpan(_first, _batch.Count);
        if (piece == 0)
        {
            _batch.LoadUsers(positions);
            _users.Drawn.Group(_batch.Users);
        }
        else
        {
            _batch.LoadMovies(positions);
            _movies.Drawn.Group(_batch.Movies);
        }
    }

    // r̂ = μ + [p, b_u, 1]·[q, 1, b_i] and x·y
    private void Predict(int piece)
    {
        var users = _batch.Users;
        var movies = _batch.Movies;
        var end = Math.Min((piece + 1) * PlacesAPiece, _batch.Count);
        for (var place = piece * PlacesAPiece; place < end; place++)
        {
            var ahead = Math.Min(place + PlacesAhead, end - 1);
            _users.Prefetch(users[ahead]);
            _movies.Prefetch(movies[ahead]);
            var (user, movie) = (users[place], movies[place]);
            var stars = RowKernel.Dot(_users.RatingRow(user), _movies.RatingRow(movie), _users.RatingWidth);
            var preference = RowKernel.Dot(_users.RankingRow(user), _movies.RankingRow(movie), _users.RankingWidth);
            _batch.Predicted(place, stars + _mean, preference);
        }
    }

    private void AddUp(int piece)
    {
        var (side, first, end) = Slots(piece);
        if (side == _users)
        {
            side.AddUp(first, end, new Others(_movies, _batch.Movies, _batch, _movieGramian));
        }
        else
        {
            side.AddUp(first, end, new Others(_users, _batch.Users, _batch, _userGramian));
        }
    }

    private void Move(int piece)
    {
        var (side, first, end) = Slots(piece);
        side.Move(first, end, _adam);
    }

    private (HeadSide Side, int First, int End) Slots(int piece)
    {
        var ofUsers = Pieces(_users.Drawn.Count, RowsAPiece);
        var (side, first) = piece < ofUsers ? (_users, piece * RowsAPiece) : (_movies, (piece - ofUsers) * RowsAPiece);
        return (side, first, Math.Min(first + RowsAPiece, side.Drawn.Count));
    }

    private int SlotPieces() => Pieces(_users.Drawn.Count, RowsAPiece) + Pieces(_movies.Drawn.Count, RowsAPiece);

    private static int Pieces(int count, int size) => (count + size - 1) / size;
}
