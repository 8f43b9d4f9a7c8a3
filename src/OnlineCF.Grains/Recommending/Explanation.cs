using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>Splits a list's scores into the shares of the rated movies.</summary>
internal static class Explanation
{
    /// <summary>For each place its shares that are not zero, largest first; they add up to the place's score.</summary>
    public static Reason[][] Of(UserTaste taste, ReadOnlySpan<ScoredRow> list)
    {
        using var explainer = new ScoreExplainer(taste.Model!, taste.Rows);
        var shares = new float[taste.Rows.Length];
        var reasons = new Reason[list.Length][];
        for (var place = 0; place < list.Length; place++)
        {
            explainer.Shares(list[place].Row, shares);
            reasons[place] = [.. shares
                .Select((weight, i) => new Reason(taste.MovieIds[i], weight))
                .Where(reason => reason.Weight != 0)
                .OrderByDescending(reason => reason.Weight)
                .ThenBy(reason => reason.MovieId)];
        }

        return reasons;
    }
}
