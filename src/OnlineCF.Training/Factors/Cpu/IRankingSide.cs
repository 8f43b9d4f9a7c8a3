namespace OnlineCF.Training.Factors.Cpu;

/// <summary>The ranking rows of one side while they are trained.</summary>
internal unsafe interface IRankingSide
{
    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>How much each row weighs in the other side's ranking equations; empty when all weigh 1.</summary>
    public float[] Weights { get; }

    /// <summary>The ranking factors of a row.</summary>
    public float* RankingRow(int row);

    /// <summary>All of them as a factor table has them, rows × stride, padded with zeros; to be disposed.</summary>
    public RankingTable RankingTable();
}

/// <summary>Rows that lie as a factor table has them: a copy that goes with it, or a side's own.</summary>
internal readonly struct RankingTable(AlignedFloats rows, bool isOwned) : IDisposable
{
    /// <summary>Rows × stride.</summary>
    public Span<float> AsSpan() => rows.AsSpan();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isOwned)
        {
            rows.Dispose();
        }
    }
}
