using OnlineCF.Core.Models;

namespace OnlineCF.Scoring;

/// <summary>What is computed once from a snapshot and shared by every model of it.</summary>
internal sealed class SnapshotFigures
{
    public SnapshotFigures(FactorSnapshot snapshot)
    {
        Snapshot = snapshot;
        var movies = snapshot.Movies;
        MovieGramian = GramianKernel.Compute(movies.RankingFactors, movies.Stride);
        UserWeights = new Lazy<float[]>(() => snapshot.FoldIn.UserWeights(snapshot.Users.Counts));
        UserGramian = new Lazy<float[]>(() =>
            GramianKernel.Compute(snapshot.Users.RankingFactors, snapshot.Users.Stride, UserWeights.Value));
        MeanMovie = MeanOf(movies);
        RatingsPerMovie = movies.Count == 0 ? 0 : movies.Counts.Sum(x => (double)x) / movies.Count;
        _toSittings = new Lazy<float[]>(() => RowMap.Of(movies, snapshot.SittingMovies!));
        Screen = new ScreenTable(movies);
        InverseNorms = new float[movies.Count];
        for (var row = 0; row < movies.Count; row++)
        {
            InverseNorms[row] = InverseNorm(movies.RankingRow(row));
        }
    }

    private readonly Lazy<float[]> _toSittings;

    public FactorSnapshot Snapshot { get; }

    public object Generation { get; } = new();

    public float[] MovieGramian { get; }

    public Lazy<float[]> UserWeights { get; }

    public Lazy<float[]> UserGramian { get; }

    /// <summary>ȳ, the mean ranking row over all ratings.</summary>
    public float[] MeanMovie { get; }

    public double RatingsPerMovie { get; }

    public float[] InverseNorms { get; }

    public ScreenTable Screen { get; }

    /// <summary>A movie folded in among the sittings' rows.</summary>
    public FoldedMovie ToSittings(FoldedMovie movie) => movie with
    {
        Vectors = movie.Vectors with { Ranking = RowMap.Apply(_toSittings.Value, movie.Vectors.Ranking) },
    };

    private static float[] MeanOf(FactorTable movies)
    {
        var (sums, ratings) = (new double[movies.Stride], 0.0);
        for (var row = 0; row < movies.Count; row++)
        {
            var y = movies.RankingRow(row);
            for (var f = 0; f < y.Length; f++)
            {
                sums[f] += (double)movies.Counts[row] * y[f];
            }

            ratings += movies.Counts[row];
        }

        return Array.ConvertAll(sums, sum => (float)(sum / Math.Max(1, ratings)));
    }

    /// <summary>1/|y|, or NaN when all factors are zero: no direction, no cosine.</summary>
    public static float InverseNorm(ReadOnlySpan<float> row)
    {
        var square = DotKernel.Dot(row, row);
        return square > 0 ? 1 / MathF.Sqrt(square) : float.NaN;
    }
}
