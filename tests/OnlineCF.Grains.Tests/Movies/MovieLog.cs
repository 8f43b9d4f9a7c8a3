using OnlineCF.Core.Ratings;

namespace OnlineCF.Grains.Tests.Movies;

/// <summary>The log of one movie, as the users' grains write it.</summary>
internal sealed class MovieLog(long movieId = 9)
{
    private const long TenWeeks = 70L * 24 * 3600 * 1_000_000;

    private readonly Dictionary<long, (float Value, long RatedAt)> _current = [];
    private readonly List<RatingEntry> _entries = [];

    public RatingEntry[] Entries => [.. _entries];

    public void Rate(long user, float value, long ratedAt = 0)
    {
        var (replaced, replacedAt) = _current.GetValueOrDefault(user);
        Add(RatingEntryKind.Rated, user, value, ratedAt, replaced, replacedAt);
        _current[user] = (value, ratedAt);
    }

    public void Delete(long user)
    {
        _current.Remove(user, out var replaced);
        Add(RatingEntryKind.Deleted, user, 0, 0, replaced.Value, replaced.RatedAt);
    }

    /// <summary>As an erasure does: ratings go, and the deletion says nothing of them.</summary>
    public void Erase(long user)
    {
        _current.Remove(user);
        _entries.RemoveAll(entry => entry.UserId == user && entry.Kind == RatingEntryKind.Rated);
        Add(RatingEntryKind.Deleted, user, 0, 0, 0, 0);
    }

    /// <summary>A rating, another rating or a deletion of one of thirty users.</summary>
    public void Step(Random random)
    {
        var user = random.Next(1, 31);
        if (_current.ContainsKey(user) && random.Next(8) == 0)
        {
            Delete(user);
        }
        else
        {
            Rate(user, 0.5f + (random.NextSingle() * 4.5f), random.NextInt64(TenWeeks));
        }
    }

    private void Add(RatingEntryKind kind, long user, float value, long ratedAt, float replaced, long replacedAt) =>
        _entries.Add(new RatingEntry(
            (_entries.Count == 0 ? 0 : _entries[^1].Sequence) + 1, kind, user, movieId, value, ratedAt, replaced, replacedAt));
}
