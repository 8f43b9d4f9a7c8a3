using OnlineCF.Core.Training;

namespace OnlineCF.Grains.Training;

/// <summary>A round as the worker gets it.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="Term">The lease: only the newest term can publish.</param>
/// <param name="ServingVersion">What should serve when the round begins; the candidate is published only where it still does.</param>
/// <param name="BestVersion">The best version so far, or 0.</param>
/// <param name="Request">What to train from.</param>
public sealed record TrainingRound(
    long RoundId, long Term, long ServingVersion, long BestVersion, TrainingRequest Request);
