using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>Splits a taste's scores into the shares of the rated movies.</summary>
internal sealed class Explanation(UserTaste taste)
{
    private readonly float[] _shares = new float[taste.Rows.Length];

    /// <summary>The shares that are not zero, largest first; they add up to the row's score.</summary>
    public Reason[] ReasonsFor(int row)
    {
        ScoreExplanation.Shares(taste.Model!, taste.Rows, row, _shares);
        return [.. _shares
            .Select((weight, i) => new Reason(taste.MovieIds[i], weight))
            .Where(reason => reason.Weight != 0)
            .OrderByDescending(reason => reason.Weight)
            .ThenBy(reason => reason.MovieId)];
    }
}
