namespace OnlineCF.Core.Models;

/// <summary>How far a model is ahead of what needs no model; NaN where not measured.</summary>
/// <param name="Rating">1 − RMSE / RMSE of the biases.</param>
/// <param name="Ranking">NDCG@10 / NDCG@10 of popularity − 1.</param>
public readonly record struct BaselineLead(double Rating, double Ranking)
{
    // Leads below these may be chance on a small hold-out.
    private const double LeastRating = 0.02;
    private const double LeastRanking = 0.1;
    private const double ShareToKeep = 0.25;

    /// <summary>Of figures measured on one hold-out.</summary>
    public static BaselineLead Of(ModelFigures model, double biasRmse, double popularityNdcg10) => new(
        1 - (model.ValidationRmse / biasRmse), (model.ValidationNdcg10 / popularityNdcg10) - 1);

    /// <summary>
    /// Whether less than a quarter is left of a lead that another model had, in stars or in lists. A model trained
    /// on noise looks so, though it is as good as any other on a hold-out of the same noise.
    /// </summary>
    public bool IsLostSince(BaselineLead before) =>
        (before.Rating >= LeastRating && Rating < before.Rating * ShareToKeep)
        || (before.Ranking >= LeastRanking && Ranking < before.Ranking * ShareToKeep);
}
