using OnlineCF.Core.Ratings;
using OnlineCF.Scoring;

namespace OnlineCF.Training.Evaluation;

/// <summary>What was popular when the last of some ratings came, as the service knows it from its stream.</summary>
internal sealed class RecentLikesTable
{
    private readonly Dictionary<long, double> _masses = [];
    private readonly double _all;
    private readonly double _likes;

    /// <summary>Adds up the likes of ratings, each user's of a movie once.</summary>
    public RecentLikesTable(IReadOnlyList<Rating> ratings)
    {
        var liked = ratings.Where(rating => rating.Value >= Rating.LikedValue).ToArray();
        if (liked.Length == 0)
        {
            return;
        }

        // Times count from the newest, so that nothing leaves a double's range.
        var newest = ratings.Max(rating => rating.RatedAtMicros);
        double MassOf(Rating rating, TimeSpan halfLife) =>
            Math.Pow(2, ((double)rating.RatedAtMicros - newest) / halfLife.TotalMicroseconds);
        var halfLives = RecentPopularity.HalfLives;
        double[] masses = [.. halfLives.Select(halfLife => Math.Log2(liked.Sum(rating => MassOf(rating, halfLife))))];
        _likes = RecentPopularity.LikesOf(liked.Length, ratings.Count);
        var chosen = RecentPopularity.HalfLifeOf(masses, RecentPopularity.NewestOf(masses), _likes);
        _all = Math.Pow(2, masses[chosen]);
        foreach (var rating in liked)
        {
            _masses[rating.MovieId] = _masses.GetValueOrDefault(rating.MovieId) + MassOf(rating, halfLives[chosen]);
        }
    }

    /// <summary>log2 of a movie's likes; minus infinity for none.</summary>
    public float Log2Of(long movieId) =>
        _masses.TryGetValue(movieId, out var mass) ? (float)Math.Log2(_likes * mass / _all) : float.NegativeInfinity;
}
