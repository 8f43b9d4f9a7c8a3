namespace OnlineCF.Core.Models;

/// <summary>The model store does not keep this version.</summary>
public sealed class ModelNotFoundException(long version)
    : Exception($"There is no model version {version}.")
{
    /// <summary>The version asked for.</summary>
    public long Version { get; } = version;
}

/// <summary>A stored snapshot is truncated or damaged.</summary>
public sealed class CorruptSnapshotException(long version, string reason, Exception? innerException = null)
    : Exception($"Snapshot {version} cannot be used: {reason}", innerException)
{
    /// <summary>The damaged version.</summary>
    public long Version { get; } = version;
}

/// <summary>A newer trainer has taken over; this one must not write.</summary>
public sealed class StaleTermException(long term, long newestTerm)
    : Exception($"Term {term} was replaced by {newestTerm}; nothing was written.")
{
}

/// <summary>Another version serves than the one that a candidate was measured against.</summary>
public sealed class ServingVersionChangedException(long expected, long serving)
    : Exception($"Version {serving} serves and not version {expected}, which the candidate was measured against; nothing was published.")
{
}
