using OnlineCF.Core.Models;

namespace OnlineCF.Training.Factors;

/// <summary>The loss is no longer a finite number: the learning rate is too high for these ratings.</summary>
public sealed class DivergedException(int epoch, ModelFigures figures)
    : Exception($"Training diverged in epoch {epoch} (loss {figures.TrainLoss}); lower Training:LearningRate.")
{
    /// <summary>The epoch in which it was seen, from 1.</summary>
    public int Epoch { get; } = epoch;

    /// <summary>What that epoch measured.</summary>
    public ModelFigures Figures { get; } = figures;
}
