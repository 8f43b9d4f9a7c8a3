using System.Globalization;
using OnlineCF.Core.Models;
using OnlineCF.Training.Evaluation;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// Decides whether a candidate may serve: it must not be worse than the serving snapshot, than the best snapshot
/// before it, nor than the baselines, all measured on the same users of the same hold-out. Worse means by more
/// than a tolerance and by more than chance: the loss is compared with its own standard error over users
/// (<see cref="PairedLoss"/>), so a small hold-out does not reject good candidates by its noise, and a large one
/// does not pass what is known to be a loss.
/// </summary>
internal static class PromotionGate
{
    /// <summary>A candidate's RMSE may be above the other's by this share, however sure that is: fresh ratings are worth it.</summary>
    public const double RmseTolerance = 0.0025;

    /// <summary>A candidate's NDCG@10 may be below the other's by this share.</summary>
    public const double NdcgTolerance = 0.01;

    /// <summary>The decision and its reason.</summary>
    /// <remarks>
    /// What cannot be measured cannot block: without hold-out ratings (RMSE is NaN) or without liked ones (NDCG
    /// is NaN) that comparison is left out, and so is a rival whose own figures are not numbers. A candidate
    /// that predicts no numbers never passes.
    /// </remarks>
    /// <param name="snapshot">The candidate.</param>
    /// <param name="candidate">What it measures.</param>
    /// <param name="rivals">What it must not be worse than.</param>
    public static (bool Passed, string Reason) Judge(
        FactorSnapshot snapshot, Measured candidate, params IReadOnlyList<Rival> rivals) =>
        Judge(snapshot, candidate, false, rivals);

    /// <summary>The decision and its reason, with what is known of the serving snapshot's promotion.</summary>
    /// <param name="snapshot">The candidate.</param>
    /// <param name="candidate">What it measures.</param>
    /// <param name="lostLead">Whether the serving snapshot was ahead of the baselines and the candidate is not.</param>
    /// <param name="rivals">What it must not be worse than.</param>
    public static (bool Passed, string Reason) Judge(
        FactorSnapshot snapshot, Measured candidate, bool lostLead, IReadOnlyList<Rival> rivals)
    {
        var figures = candidate.Figures;
        if (!IsFinite(snapshot.Movies) || !IsFinite(snapshot.Users)
            || rivals.Any(rival => IsMissing(figures.ValidationRmse, rival.Measured.Figures.ValidationRmse)
                || IsMissing(figures.ValidationNdcg10, rival.Measured.Figures.ValidationNdcg10)))
        {
            return (false, "the candidate has factors or figures that are not finite numbers");
        }

        List<string> faults = [.. rivals.SelectMany(rival => Faults(candidate, rival))];
        if (lostLead)
        {
            faults.Add(Text($"RMSE {figures.ValidationRmse:f4} and NDCG@10 {figures.ValidationNdcg10:f4} have lost the lead over the baselines that the serving model had"));
        }

        return faults.Count > 0 ? (false, string.Join("; ", faults)) : (true, Praise(figures, rivals));
    }

    private static IEnumerable<string> Faults(Measured candidate, Rival rival)
    {
        var (own, other) = (candidate.Figures, rival.Measured.Figures);
        if (PairedLoss.OfRmse(candidate.Users, rival.Measured.Users).IsReal(RmseTolerance, rival.Deviations))
        {
            yield return Text($"RMSE {own.ValidationRmse:f4} is worse than {other.ValidationRmse:f4} of the {rival.RatingName}");
        }

        if (PairedLoss.OfNdcg(candidate.Users, rival.Measured.Users).IsReal(NdcgTolerance, rival.Deviations))
        {
            yield return Text($"NDCG@10 {own.ValidationNdcg10:f4} is worse than {other.ValidationNdcg10:f4} of the {rival.RankingName}");
        }
    }

    private static bool IsMissing(double own, double other) => double.IsNaN(own) && !double.IsNaN(other);

    private static bool IsFinite(FactorTable table) =>
        AllFinite(table.Biases) && AllFinite(table.RatingFactors) && AllFinite(table.RankingFactors);

    private static bool AllFinite(float[] values) => Array.TrueForAll(values, float.IsFinite);

    private static string Praise(ModelFigures candidate, IReadOnlyList<Rival> rivals)
    {
        if (double.IsNaN(candidate.ValidationRmse))
        {
            return "no hold-out ratings yet, nothing to compare";
        }

        string[] names = [.. rivals.Select(rival => rival.RatingName == rival.RankingName ? $"the {rival.RatingName}" : "the baselines")];
        var all = names.Length > 1 ? $"{string.Join(", ", names[..^1])} or {names[^1]}" : string.Concat(names);
        return Text($"validation RMSE {candidate.ValidationRmse:f4}, NDCG@10 {candidate.ValidationNdcg10:f4}: not measurably worse than {all}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A model's figures and what each user contributed to them.</summary>
internal sealed record Measured(ModelFigures Figures, UserOutcome[] Users);

/// <summary>What a candidate must not be worse than.</summary>
/// <param name="RatingName">Whose stars these are, for people.</param>
/// <param name="RankingName">Whose lists these are.</param>
/// <param name="Measured">On the candidate's hold-out.</param>
/// <param name="Deviations">A loss counts from so many standard errors on.</param>
internal sealed record Rival(string RatingName, string RankingName, Measured Measured, double Deviations)
{
    /// <summary>One comparison: 2 standard errors, about one false alarm in 40.</summary>
    private const double Once = 2;

    /// <summary>
    /// The best of many comparisons on one hold-out has luck in its figures; 3 standard errors leave room for it.
    /// </summary>
    private const double AsBestOfMany = 3;

    /// <summary>The snapshot that serves.</summary>
    public static Rival Serving(Measured measured) => new("serving model", "serving model", measured, Once);

    /// <summary>The best snapshot so far.</summary>
    public static Rival Best(Measured measured) => new("best model so far", "best model so far", measured, AsBestOfMany);

    /// <summary>The stars of the biases and the lists of popularity.</summary>
    public static Rival Baselines(Measured measured) => new("bias baseline", "popularity baseline", measured, Once);
}
