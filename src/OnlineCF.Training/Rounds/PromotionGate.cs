using System.Globalization;
using OnlineCF.Core.Models;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// Decides whether a candidate may serve: it must not be worse than the serving snapshot nor than the
/// baselines, all measured on the same hold-out. A small tolerance keeps noise from blocking fresh ratings.
/// </summary>
internal static class PromotionGate
{
    /// <summary>A candidate's RMSE may be above the other's by this share.</summary>
    public const double RmseTolerance = 0.005;

    /// <summary>A candidate's NDCG@10 may be below the other's by this share: the noise of some hundred measured users.</summary>
    public const double NdcgTolerance = 0.03;

    /// <summary>
    /// The decision and its reason. What cannot be measured cannot block: without hold-out ratings (RMSE is
    /// NaN) or without liked ones (NDCG is NaN) that comparison is left out, and so is a serving snapshot
    /// whose own figures are not numbers. A candidate that predicts no numbers never passes.
    /// </summary>
    /// <param name="snapshot">The candidate.</param>
    /// <param name="candidate">The candidate's figures.</param>
    /// <param name="serving">The serving snapshot's, or <see cref="ModelFigures.None"/>.</param>
    /// <param name="biasRmse">The bias baseline's RMSE.</param>
    /// <param name="popularityNdcg10">The popularity baseline's NDCG@10.</param>
    public static (bool Passed, string Reason) Judge(
        FactorSnapshot snapshot, ModelFigures candidate, ModelFigures serving, double biasRmse, double popularityNdcg10)
    {
        if (!IsFinite(snapshot.Movies) || !IsFinite(snapshot.Users) || (double.IsNaN(candidate.ValidationRmse) && !double.IsNaN(biasRmse))
            || (double.IsNaN(candidate.ValidationNdcg10) && !double.IsNaN(popularityNdcg10)))
        {
            return (false, "the candidate has factors or figures that are not finite numbers");
        }

        string?[] faults =
        [
            Rmse("the serving model", candidate.ValidationRmse, serving.ValidationRmse),
            Rmse("the bias baseline", candidate.ValidationRmse, biasRmse),
            Ndcg("the serving model", candidate.ValidationNdcg10, serving.ValidationNdcg10),
            Ndcg("the popularity baseline", candidate.ValidationNdcg10, popularityNdcg10),
        ];
        var found = faults.OfType<string>().ToArray();
        return found.Length > 0 ? (false, string.Join("; ", found)) : (true, Praise(candidate));
    }

    private static bool IsFinite(FactorTable table) =>
        AllFinite(table.Biases) && AllFinite(table.RatingFactors) && AllFinite(table.RankingFactors);

    private static bool AllFinite(float[] values) => Array.TrueForAll(values, float.IsFinite);

    private static string Praise(ModelFigures candidate) => double.IsNaN(candidate.ValidationRmse)
        ? "no hold-out ratings yet, nothing to compare"
        : Text($"validation RMSE {candidate.ValidationRmse:f4}, NDCG@10 {candidate.ValidationNdcg10:f4}: not worse than what serves nor than the baselines");

    // Comparisons with NaN are false, so what was not measured does not count.
    private static string? Rmse(string other, double candidate, double limit) =>
        candidate > limit * (1 + RmseTolerance) ? Text($"RMSE {candidate:f4} is worse than {limit:f4} of {other}") : null;

    private static string? Ndcg(string other, double candidate, double limit) =>
        candidate < limit * (1 - NdcgTolerance) ? Text($"NDCG@10 {candidate:f4} is worse than {limit:f4} of {other}") : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
