namespace OnlineCF.Training.Evaluation;

/// <summary>How good predictions and lists are on ratings that did not train; NaN where nothing could be measured.</summary>
/// <param name="Rmse">Root mean squared error of predicted stars.</param>
/// <param name="Mae">Mean absolute error of predicted stars.</param>
/// <param name="Ndcg10">NDCG@10, binary gain, ideal over min(10, relevant).</param>
/// <param name="Recall20">Recall@20 over min(20, relevant).</param>
/// <param name="HitRate10">Share of users with a relevant movie among their first 10.</param>
/// <param name="Coverage10">Share of the trained movies that are among somebody's first 10.</param>
/// <param name="HeldOut">How many held-out ratings were predicted.</param>
public sealed record EvaluationFigures(
    double Rmse, double Mae, double Ndcg10, double Recall20, double HitRate10, double Coverage10,
    int HeldOut)
{
    /// <summary>Predicted stars beside given ones, where lists were kept too; else empty.</summary>
    public ReliabilityTable Reliability { get; init; } = ReliabilityTable.Empty;

    /// <summary>Nothing measured.</summary>
    public static EvaluationFigures None { get; } =
        new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, 0);
}
