namespace OnlineCF.Core.Models;

/// <summary>
/// The trained rows of one side, users or movies, in contiguous arrays. Rows are padded with zeros to
/// <see cref="Stride"/> floats so that a kernel can run over whole vectors. Immutable: the arrays belong to
/// the table and must not be written after construction.
/// </summary>
public sealed class FactorTable
{
    /// <summary>Rows are padded to a multiple of this many floats.</summary>
    public const int Alignment = 16;

    private readonly Dictionary<long, int> _rows;

    /// <summary>Takes over the arrays; the three factor arrays must fit ids, counts and the padded dimension.</summary>
    /// <exception cref="ArgumentException">The lengths do not agree, or an id occurs twice.</exception>
    public FactorTable(
        int embeddingDim, long[] ids, int[] counts, float[] biases, float[] ratingFactors, float[] rankingFactors)
        : this(embeddingDim, ids, counts, biases, ratingFactors, rankingFactors, new Dictionary<long, int>(ids.Length))
    {
        for (var row = 0; row < ids.Length; row++)
        {
            _rows.Add(ids[row], row);
        }
    }

    private FactorTable(
        int embeddingDim, long[] ids, int[] counts, float[] biases, float[] ratingFactors, float[] rankingFactors,
        Dictionary<long, int> rows)
    {
        EmbeddingDim = embeddingDim;
        Stride = StrideOf(embeddingDim);
        var floats = (long)ids.Length * Stride;
        if (counts.Length != ids.Length || biases.Length != ids.Length
            || ratingFactors.LongLength != floats || rankingFactors.LongLength != floats)
        {
            throw new ArgumentException("The arrays of a factor table must have one row for each id.");
        }

        (Ids, Counts, Biases, RatingFactors, RankingFactors) = (ids, counts, biases, ratingFactors, rankingFactors);
        _rows = rows;
    }

    /// <summary>Number of rows.</summary>
    public int Count => Ids.Length;

    /// <summary>Dimension k of both embeddings.</summary>
    public int EmbeddingDim { get; }

    /// <summary>Floats from one row to the next: k rounded up to <see cref="Alignment"/>.</summary>
    public int Stride { get; }

    /// <summary>The id of each row.</summary>
    public long[] Ids { get; }

    /// <summary>How many ratings each row was trained on.</summary>
    public int[] Counts { get; }

    /// <summary>Bias b of each row, in stars.</summary>
    public float[] Biases { get; }

    /// <summary>Rating head: factors q (or p), count × stride, row-major.</summary>
    public float[] RatingFactors { get; }

    /// <summary>Ranking head: factors y (or x), count × stride, row-major.</summary>
    public float[] RankingFactors { get; }

    /// <summary>A table without rows.</summary>
    public static FactorTable Empty(int embeddingDim) => new(embeddingDim, [], [], [], [], []);

    /// <summary>
    /// The same rows with other numbers; the arrays are taken over. It shares the index of ids with this one, which
    /// takes longer to build than all the rest where there are many rows.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public FactorTable With(float[] biases, float[] ratingFactors, float[] rankingFactors) =>
        new(EmbeddingDim, Ids, Counts, biases, ratingFactors, rankingFactors, _rows);

    /// <summary>The same rows with other ranking factors, which are taken over.</summary>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public FactorTable WithRanking(float[] rankingFactors) => With(Biases, RatingFactors, rankingFactors);

    /// <summary>The padded row length for a dimension.</summary>
    public static int StrideOf(int embeddingDim) => (embeddingDim + Alignment - 1) / Alignment * Alignment;

    /// <summary>The row of an id, or -1.</summary>
    public int RowOf(long id) => _rows.TryGetValue(id, out var row) ? row : -1;

    /// <summary>The padded rating factors of a row.</summary>
    public ReadOnlySpan<float> RatingRow(int row) => RatingFactors.AsSpan(row * Stride, Stride);

    /// <summary>The padded ranking factors of a row.</summary>
    public ReadOnlySpan<float> RankingRow(int row) => RankingFactors.AsSpan(row * Stride, Stride);
}
