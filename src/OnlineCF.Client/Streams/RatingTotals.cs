using OnlineCF.Protocol.V1;

namespace OnlineCF.Client;

/// <summary>What became of the acknowledged ratings of a stream.</summary>
/// <param name="Accepted">Became the current value.</param>
/// <param name="Duplicate">Were there already, also because they were sent again after an answer was lost.</param>
/// <param name="Stale">Were older than the current value.</param>
/// <param name="Rejected">Were not taken.</param>
/// <param name="Sequence">The end of the rating log as of the latest answer; 0 before the first.</param>
/// <param name="Rejections">The first rejected ratings with their reasons; <see cref="RatingStreamOptions.MostRejectionsKept"/> at most.</param>
public sealed record RatingTotals(
    long Accepted, long Duplicate, long Stale, long Rejected, long Sequence, IReadOnlyList<RatingRejection> Rejections)
{
    /// <summary>Before the first answer.</summary>
    internal static RatingTotals None { get; } = new(0, 0, 0, 0, 0, []);

    /// <summary>All acknowledged ratings.</summary>
    public long Ratings => Accepted + Duplicate + Stale + Rejected;

    /// <summary>With a further answer.</summary>
    internal RatingTotals With(RatingAcknowledgement acknowledgement, int mostRejections)
    {
        var answer = acknowledgement.Answer;
        var rejections = answer.Rejected.Take(mostRejections - Rejections.Count)
            .Where(x => x.Index >= 0 && x.Index < acknowledgement.Ratings.Count)
            .Select(x => new RatingRejection(acknowledgement.Ratings[x.Index], x.Reason))
            .ToList();
        return new RatingTotals(
            Accepted + answer.Accepted, Duplicate + answer.Duplicate, Stale + answer.Stale, Rejected + answer.Rejected.Count,
            Math.Max(Sequence, answer.Sequence), rejections.Count == 0 ? Rejections : [.. Rejections, .. rejections]);
    }
}

/// <summary>A rating that was not taken.</summary>
/// <param name="Rating">As it was written.</param>
/// <param name="Reason">Why, in the server's words.</param>
public sealed record RatingRejection(Rating Rating, string Reason);
