using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Users;

namespace OnlineCF.Server.Services;

/// <summary>A user's list, again whenever it has changed.</summary>
public sealed class RecommendationWatch(ModelReplica models, CatalogReplica catalog, PopularityReplica popularity)
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Sends the list now and after every change, until cancelled. What changes while a list is made is not missed. While
    /// one is on its way, which a client that does not read makes long, no more than its outline is kept here.
    /// </summary>
    public async Task SendAsync(
        IUserGrain user, RecommendationQuery query, Func<RecommendationList, Task> send, CancellationToken cancellationToken)
    {
        // However it ends, no question to the user's grain stays open, for which the grain would wait when it ends.
        using var life = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await SendUntilAsync(user, query, send, life.Token);
        }
        finally
        {
            await life.CancelAsync();
        }
    }

    private async Task SendUntilAsync(
        IUserGrain user, RecommendationQuery query, Func<RecommendationList, Task> send, CancellationToken cancellationToken)
    {
        WatchedOutline? sent = null;
        var change = await user.WaitForChangeAsync(-1, LongPoll, cancellationToken);
        var userChanged = user.WaitForChangeAsync(change, LongPoll, cancellationToken);
        while (true)
        {
            var (modelChanged, catalogueChanged, popularityChanged) = (models.Changed, catalog.Changed, popularity.Changed);
            var catalogue = catalog.Version;
            (sent, var sending) = Begin(await user.RecommendAsync(query), catalogue, sent, send);
            await sending;

            // A personal list does not depend on what is popular, which changes with every rating of anybody.
            var elsewhere = sent.Source == RecommendationSource.Popular
                ? Task.WhenAny(modelChanged, catalogueChanged, popularityChanged)
                : Task.WhenAny(modelChanged, catalogueChanged);
            var known = change;
            while (change == known && !elsewhere.IsCompleted)
            {
                await Task.WhenAny(userChanged, elsewhere).WaitAsync(cancellationToken);
                if (userChanged.IsCompleted)
                {
                    change = await userChanged;
                    userChanged = user.WaitForChangeAsync(change, LongPoll, cancellationToken);
                }
            }
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
