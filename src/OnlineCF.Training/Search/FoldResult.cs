namespace OnlineCF.Training.Search;

/// <summary>One point trained on all folds but one and measured on that one.</summary>
/// <param name="Point">The hyperparameters.</param>
/// <param name="Fold">The fold that was the hold-out, from 1.</param>
/// <param name="Rmse">Of the fold's best model; NaN where it diverged.</param>
/// <param name="Ndcg10">Of the fold's best model; NaN where it diverged or nobody likes a movie of the hold-out.</param>
/// <param name="Seconds">Training and measuring took.</param>
/// <param name="Diverged">The epoch in which the loss was no longer a finite number; null for a fold that ended well.</param>
/// <param name="Epochs">Losses and figures after each epoch.</param>
public sealed record FoldResult(
    SearchPoint Point, int Fold, double Rmse, double Ndcg10, double Seconds, int? Diverged,
    IReadOnlyList<EpochFigures> Epochs)
{
    /// <summary>The figure that is searched for, so that lower is better; NaN where there is none.</summary>
    internal double Loss(SearchObjective by) => by == SearchObjective.Rmse ? Rmse : -Ndcg10;
}

/// <summary>Where a fold stands after an epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="TrainLoss">Of both heads, averaged while the factors moved.</param>
/// <param name="ValidationLoss">The same sum on the hold-out.</param>
/// <param name="Rmse">On the hold-out.</param>
/// <param name="Ndcg10">On the hold-out.</param>
public readonly record struct EpochFigures(int Epoch, double TrainLoss, double ValidationLoss, double Rmse, double Ndcg10);

/// <summary>Mean and deviation over folds.</summary>
/// <param name="Mean">NaN without a fold.</param>
/// <param name="Deviation">Of the sample (n − 1); NaN with fewer than two folds.</param>
public readonly record struct Spread(double Mean, double Deviation)
{
    /// <summary>Of these values.</summary>
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        var mean = values.Count == 0 ? double.NaN : values.Sum() / values.Count;
        var squares = values.Sum(value => (value - mean) * (value - mean));
        return new Spread(mean, values.Count < 2 ? double.NaN : Math.Sqrt(squares / (values.Count - 1)));
    }
}
