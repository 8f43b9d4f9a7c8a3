namespace OnlineCF.Core.Models;

/// <summary>A candidate that has passed, and what the model store must know of it.</summary>
/// <param name="Snapshot">The candidate; the store gives it its version.</param>
/// <param name="Round">The round that made it.</param>
/// <param name="ServingVersion">What served when the round began, so what the candidate was measured against; 0 for nothing.</param>
/// <param name="IsBest">Whether it is the best so far, or only not worse than the best within the tolerance.</param>
public sealed record Publication(FactorSnapshot Snapshot, RoundRecord Round, long ServingVersion, bool IsBest);

/// <summary>Which sections of a stored snapshot are read.</summary>
public enum SnapshotParts
{
    /// <summary>Movies and users.</summary>
    All = 0,

    /// <summary>The movie side alone; <see cref="FactorSnapshot.Users"/> comes without rows.</summary>
    Movies = 1,
}
