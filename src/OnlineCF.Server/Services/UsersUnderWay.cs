using OnlineCF.Grains.Users;

namespace OnlineCF.Server.Services;

/// <summary>
/// The users of one stream whose ratings are on their way. Calls of a grain that starts may overtake each other, and
/// of two ratings without a time the later one counts: a user's next call waits for the one before it.
/// </summary>
public sealed class UsersUnderWay
{
    private readonly List<(Dictionary<long, int> ShareOfUser, Task<RatingReceipt>[] Calls)> _batches = [];

    /// <summary>The user's latest call that has not ended; null when there is none.</summary>
    internal Task<RatingReceipt>? CallOf(long userId)
    {
        for (var i = _batches.Count - 1; i >= 0; i--)
        {
            if (_batches[i].ShareOfUser.TryGetValue(userId, out var share))
            {
                return _batches[i].Calls[share] is { IsCompleted: false } call ? call : null;
            }
        }

        return null;
    }

    /// <summary>Adds a batch all of whose calls have started.</summary>
    internal void Add(Dictionary<long, int> shareOfUser, Task<RatingReceipt>[] calls)
    {
        _batches.RemoveAll(static batch => Array.TrueForAll(batch.Calls, static call => call.IsCompleted));
        _batches.Add((shareOfUser, calls));
    }
}
