namespace OnlineCF.Training.Evaluation;

/// <summary>
/// What was given where about so many stars were predicted (a reliability table: Murphy and Winkler 1977, "Reliability of
/// subjective probability forecasts"), by rising stars. Equal to another of the same bins.
/// </summary>
public sealed class ReliabilityTable(IReadOnlyList<ReliabilityBin> bins) : IEquatable<ReliabilityTable>
{
    private const int BinsPerStar = 2;

    /// <summary>Nothing measured.</summary>
    public static ReliabilityTable Empty { get; } = new([]);

    /// <summary>The half stars that were predicted.</summary>
    public IReadOnlyList<ReliabilityBin> Bins { get; } = bins;

    /// <inheritdoc/>
    public bool Equals(ReliabilityTable? other) => other is not null && Bins.SequenceEqual(other.Bins);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReliabilityTable);

    /// <inheritdoc/>
    public override int GetHashCode() => Bins.Count;

    /// <summary>The table of predictions and what they were of.</summary>
    internal static ReliabilityTable Of(IEnumerable<(float Predicted, float Given)> ratings) => new(
    [
        .. ratings.GroupBy(rating => MathF.Round(rating.Predicted * BinsPerStar) / BinsPerStar).OrderBy(bin => bin.Key).Select(bin =>
            new ReliabilityBin(
                bin.Key, bin.Average(rating => (double)rating.Predicted), bin.Average(rating => (double)rating.Given), bin.LongCount())),
    ]);
}

/// <summary>Predictions that round to one half star.</summary>
/// <param name="Stars">The half star.</param>
/// <param name="MeanPredicted">The mean of the predictions.</param>
/// <param name="MeanGiven">The mean of the ratings that they are of.</param>
/// <param name="Ratings">How many there are.</param>
public sealed record ReliabilityBin(double Stars, double MeanPredicted, double MeanGiven, long Ratings);
