using OnlineCF.Core.Training;

namespace OnlineCF.Grains.Training;

/// <summary>A round as the worker gets it.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="Epoch">The lease: only the newest epoch can publish.</param>
/// <param name="Request">What to train from.</param>
public sealed record TrainingRound(long RoundId, long Epoch, TrainingRequest Request);
