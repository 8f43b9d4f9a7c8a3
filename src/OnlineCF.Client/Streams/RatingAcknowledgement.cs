using OnlineCF.Protocol.V1;

namespace OnlineCF.Client;

/// <summary>Ratings that are durable, and what became of them.</summary>
/// <param name="Ratings">The batch as it was sent.</param>
/// <param name="Answer">
/// How many were accepted, duplicate or stale, which were rejected and why (by index in <paramref name="Ratings"/>), and the
/// end of the rating log then. A batch that was sent again because its answer was lost has <c>duplicate</c> where it was
/// accepted before.
/// </param>
public sealed record RatingAcknowledgement(IReadOnlyList<Rating> Ratings, StreamRatingsResponse Answer);
