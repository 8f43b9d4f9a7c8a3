namespace OnlineCF.Storage.Sqlite.Ratings;

/// <summary>
/// The last sequence of every user that the log knows, some 30 bytes a user: whether a writer knows all there is
/// is seen without a look into the index, and nothing is read for a user who has no entry. One thread writes.
/// </summary>
internal sealed class UserSequences
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, long> _last = [];
    private readonly List<(long UserId, long Sequence)> _replaced = [];

    /// <summary>The user's last sequence, maybe of a commit under way; 0 when the log has nothing of the user.</summary>
    public long Of(long userId)
    {
        lock (_lock)
        {
            return _last.GetValueOrDefault(userId);
        }
    }

    /// <summary>What is durable when the log is opened.</summary>
    public void Set(long userId, long sequence) => _last[userId] = sequence;

    /// <summary>The user gets this sequence, unless the commit fails.</summary>
    public void Give(long userId, long sequence)
    {
        lock (_lock)
        {
            _replaced.Add((userId, _last.GetValueOrDefault(userId)));
            _last[userId] = sequence;
        }
    }

    /// <summary>What was given is durable.</summary>
    public void Keep()
    {
        lock (_lock)
        {
            _replaced.Clear();
        }
    }

    /// <summary>Takes back what was given since <see cref="Keep"/>.</summary>
    public void Rewind()
    {
        lock (_lock)
        {
            for (var i = _replaced.Count - 1; i >= 0; i--)
            {
                if (_replaced[i].Sequence == 0)
                {
                    _last.Remove(_replaced[i].UserId);
                }
                else
                {
                    _last[_replaced[i].UserId] = _replaced[i].Sequence;
                }
            }

            _replaced.Clear();
        }
    }
}
