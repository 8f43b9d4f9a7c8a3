using OnlineCF.Core.Models;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Factors.Cpu;

/// <summary>
/// Alternating least squares of the ranking head alone: rows, which may be more than users, are set to their exact
/// minimum given the movies, then the movies to theirs given the rows. The rows are scratch. To be made, used and disposed
/// on one thread; the same input gives the same movies, whatever the number of threads.
/// </summary>
internal sealed class RankingSweeps : IDisposable
{
    private readonly ThreadTeam _team;
    private readonly PlainSide _rows;
    private readonly PlainSide _movies;
    private readonly SideGramian _rowGramian;
    private readonly SideGramian _movieGramian;
    private readonly RowSolves _rowSolves;
    private readonly RowSolves _movieSolves;
    private readonly int[] _rated;
    private readonly int[] _raters;

    /// <summary>Starts from these movies.</summary>
    /// <param name="ratings">The ratings by row.</param>
    /// <param name="movies">Movie rows, one for each movie of the ratings.</param>
    /// <param name="parameters">The objective.</param>
    /// <param name="threads">How many threads solve at once.</param>
    public RankingSweeps(RankingColumns ratings, FactorTable movies, FoldInParameters parameters, int threads)
    {
        var dim = movies.EmbeddingDim;
        _team = new ThreadTeam(threads);
        var counts = ratings.ByRow.Counts(ratings.Rows);
        _rows = new PlainSide([], ratings.Rows, movies.Stride, parameters.UserWeights(counts));
        _movies = new PlainSide(movies.RankingFactors, movies.Count, movies.Stride, []);
        (_rowGramian, _movieGramian) = (new SideGramian(_rows, dim, _team), new SideGramian(_movies, dim, _team));
        _rowSolves = new RowSolves(_rows, _movies, _movieGramian, ratings.ByRow, dim, parameters, _team);
        _movieSolves = new RowSolves(_movies, _rows, _rowGramian, ratings.ByMovie, dim, parameters, _team);
        _raters = WithRatings(counts);
        _rated = WithRatings(ratings.ByMovie.Counts(movies.Count));
    }

    /// <summary>All rows, then all movies.</summary>
    /// <exception cref="OperationCanceledException">Seen every few rows.</exception>
    public void Sweep(CancellationToken cancellationToken)
    {
        _rowSolves.Solve(_raters, cancellationToken);
        _movieSolves.Solve(_rated, cancellationToken);
    }

    /// <summary>The movies as they are now, rows × stride.</summary>
    public float[] CopyMovies() => _movies.Copy();

    /// <inheritdoc/>
    public void Dispose()
    {
        _team.Dispose();
        _rowGramian.Dispose();
        _movieGramian.Dispose();
        _rows.Dispose();
        _movies.Dispose();
    }

    private static int[] WithRatings(int[] counts) => [.. Enumerable.Range(0, counts.Length).Where(row => counts[row] > 0)];

    private sealed unsafe class PlainSide : IRankingSide, IDisposable
    {
        private readonly AlignedFloats _rows;
        private readonly int _stride;

        public PlainSide(float[] initial, int count, int stride, float[] weights)
        {
            (Count, _stride, Weights) = (count, stride, weights);
            _rows = new AlignedFloats((long)count * stride);
            initial.CopyTo(_rows.AsSpan());
        }

        public int Count { get; }

        public float[] Weights { get; }

        public float* RankingRow(int row) => _rows.Pointer + ((long)row * _stride);

        public RankingTable RankingTable() => new(_rows, isOwned: false);

        public float[] Copy() => _rows.AsSpan().ToArray();

        public void Dispose() => _rows.Dispose();
    }
}
