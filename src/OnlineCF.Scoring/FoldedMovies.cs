using System.Collections.Immutable;

namespace OnlineCF.Scoring;

/// <summary>A movie with vectors from its ratings, on its way into a model whose snapshot does not have it.</summary>
/// <param name="MovieId">The movie.</param>
/// <param name="Vectors">One stride long each; taken over, must not be written any more.</param>
public readonly record struct FoldedMovie(long MovieId, MovieVectors Vectors);

/// <summary>
/// The rows that a model has beyond its snapshot's. Immutable: a batch makes a new table that shares all blocks in
/// which nothing changed, so that it costs by the batch and not by how many movies there are.
/// </summary>
internal sealed class FoldedMovies
{
    private const int BlockRows = 64;

    private readonly FoldedRow[][] _blocks;
    private readonly ImmutableDictionary<long, int> _indices;

    private FoldedMovies(FoldedRow[][] blocks, ImmutableDictionary<long, int> indices, long change)
    {
        (_blocks, _indices, Change) = (blocks, indices, change);
        Count = indices.Count;
    }

    public static FoldedMovies None { get; } = new([], ImmutableDictionary<long, int>.Empty, 0);

    public int Count { get; }

    /// <summary>How many batches have been added.</summary>
    public long Change { get; }

    public FoldedRow this[int index] => _blocks[index / BlockRows][index % BlockRows];

    /// <summary>The movie's place, or -1.</summary>
    public int IndexOf(long movieId) => _indices.GetValueOrDefault(movieId, -1);

    /// <summary>The movies so far and these; one that is there already keeps its place.</summary>
    public FoldedMovies With(IEnumerable<FoldedMovie> batch, int stride)
    {
        var indices = _indices.ToBuilder();
        var blocks = new List<FoldedRow[]>(_blocks);
        var copied = new HashSet<int>();
        foreach (var movie in batch)
        {
            var row = FoldedRow.Create(movie, stride, Change + 1);
            if (!indices.TryGetValue(movie.MovieId, out var index))
            {
                index = indices.Count;
                indices.Add(movie.MovieId, index);
            }

            var block = index / BlockRows;
            if (block == blocks.Count)
            {
                blocks.Add(new FoldedRow[BlockRows]);
                copied.Add(block);
            }
            else if (copied.Add(block))
            {
                blocks[block] = (FoldedRow[])blocks[block].Clone();
            }

            blocks[block][index % BlockRows] = row;
        }

        return new FoldedMovies([.. blocks], indices.ToImmutable(), Change + 1);
    }
}

/// <summary>A row of a movie that the snapshot does not have.</summary>
/// <param name="MovieId">The movie.</param>
/// <param name="Vectors">Finite, one stride long.</param>
/// <param name="Norm">|y|, not below it.</param>
/// <param name="InverseNorm">1/|y|; NaN for a row of zeros.</param>
/// <param name="Change">The number of the batch that it came with.</param>
internal sealed record FoldedRow(long MovieId, MovieVectors Vectors, float Norm, float InverseNorm, long Change)
{
    public static FoldedRow Create(FoldedMovie movie, int stride, long change)
    {
        var (movieId, vectors) = movie;
        if (vectors.Rating.Length != stride || vectors.Ranking.Length != stride)
        {
            throw new ArgumentException($"The vectors of movie {movieId} are not {stride} floats long.", nameof(movie));
        }

        if (!float.IsFinite(vectors.Bias) || !AllFinite(vectors.Rating) || !AllFinite(vectors.Ranking))
        {
            throw new ArgumentException($"The vectors of movie {movieId} are not finite.", nameof(movie));
        }

        return new FoldedRow(
            movieId, vectors, RowNorm.Of(vectors.Ranking), SnapshotFigures.InverseNorm(vectors.Ranking), change);
    }

    private static bool AllFinite(float[] values) => Array.TrueForAll(values, float.IsFinite);
}
