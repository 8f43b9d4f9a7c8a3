using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>
/// What explaining a taste begins with, kept for those that were explained last, up to a number of bytes. A taste is taken
/// in when it is explained for the second time: a visitor who comes once takes no other's place. Thread-safe.
/// </summary>
internal sealed class RecentFactors(long maxBytes)
{
    /// <summary>Three thousand users at 50 dimensions.</summary>
    public const long MaxBytes = 32 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<UserTaste, LinkedListNode<Known>> _known = [];
    private readonly LinkedList<Known> _newestFirst = new();

    /// <summary>Bytes of what is kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>The factor of a taste.</summary>
    /// <param name="taste">What the ratings say in the model.</param>
    /// <param name="model">The model.</param>
    /// <param name="ratings">The ratings.</param>
    /// <param name="weights">How much each of them weighs in the taste; empty where all weigh the same.</param>
    public RankingFactor Of(
        UserTaste taste, ServingModel model, ReadOnlySpan<RatedRow> ratings, ReadOnlySpan<float> weights)
    {
        lock (_lock)
        {
            if (_known.TryGetValue(taste, out var node))
            {
                _newestFirst.Remove(node);
                _newestFirst.AddFirst(node);
                return node.Value.Factor;
            }
        }

        var factor = RankingFactor.Of(model, ratings, weights);
        if (taste.WasExplained)
        {
            Keep(new Known(taste, factor));
        }

        taste.WasExplained = true;
        return factor;
    }

    private void Keep(Known known)
    {
        lock (_lock)
        {
            if (_known.ContainsKey(known.Taste))
            {
                return;
            }

            _known.Add(known.Taste, _newestFirst.AddFirst(known));
            Bytes += known.Factor.Bytes;
            while (Bytes > maxBytes)
            {
                var oldest = _newestFirst.Last!;
                _newestFirst.Remove(oldest);
                _known.Remove(oldest.Value.Taste);
                Bytes -= oldest.Value.Factor.Bytes;
            }
        }
    }

    private sealed record Known(UserTaste Taste, RankingFactor Factor);
}
