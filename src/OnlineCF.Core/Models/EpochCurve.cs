using System.Text.Json.Serialization;

namespace OnlineCF.Core.Models;

/// <summary>What each epoch of a round measured, the first first. Equal to another of the same epochs.</summary>
[method: JsonConstructor]
public sealed class EpochCurve(IReadOnlyList<EpochFigures> epochs) : IEquatable<EpochCurve>
{
    /// <summary>No epochs.</summary>
    public static EpochCurve Empty { get; } = new([]);

    /// <summary>The epochs done.</summary>
    public IReadOnlyList<EpochFigures> Epochs { get; } = epochs;

    /// <inheritdoc/>
    public bool Equals(EpochCurve? other) => other is not null && Epochs.SequenceEqual(other.Epochs);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EpochCurve);

    /// <inheritdoc/>
    public override int GetHashCode() => Epochs.Count;
}

/// <summary>One epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Figures">Measured after it.</param>
/// <param name="RatingsPerSecond">Ratings processed per second in it.</param>
public sealed record EpochFigures(int Epoch, ModelFigures Figures, double RatingsPerSecond);
