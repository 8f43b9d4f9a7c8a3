using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Users;

namespace OnlineCF.Server.Services;

/// <summary>A user's list, again whenever it has changed.</summary>
public sealed class RecommendationWatch(CatalogReplica catalog)
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Sends the list now and after every change, until cancelled. What changes while a list is made is not missed. While
    /// one is on its way, which a client that does not read makes long, no more than its outline is kept here.
    /// </summary>
    public async Task SendAsync(
        IUserGrain user, RecommendationQuery query, Func<RecommendationList, Task> send, CancellationToken cancellationToken)
    {
        ListMark known = default;
        WatchedOutline? sent = null;
        while (true)
        {
            // The silo that makes the list says when it would be another: this one may know of a change sooner or later.
            // A personal list does not depend on what is popular, which changes with every rating of anybody.
            var watchesPopularity = sent is not { Source: RecommendationSource.Personalized };
            var mark = await user.WaitForChangeAsync(known, watchesPopularity, LongPoll, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (mark == known)
            {
                continue;
            }

            if (mark.Catalogue > catalog.Version)
            {
                await catalog.RefreshAsync(cancellationToken);
            }

            (sent, var sending) = Begin(await user.RecommendAsync(query, cancellationToken), mark.Catalogue, sent, send);
            await sending;
            known = mark;
        }
    }

    // Not async, so that the list itself ends with this method.
    private static (WatchedOutline Sent, Task Sending) Begin(
        RecommendationList list, long catalogue, WatchedOutline? before, Func<RecommendationList, Task> send)
    {
        var outline = WatchedOutline.Of(list, catalogue);
        return (outline, outline.Equals(before) ? Task.CompletedTask : send(list));
    }
}
