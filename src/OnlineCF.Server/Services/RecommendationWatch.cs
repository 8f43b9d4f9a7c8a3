using System.Runtime.CompilerServices;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Users;

namespace OnlineCF.Server.Services;

/// <summary>A user's list, again whenever it has changed.</summary>
public sealed class RecommendationWatch(ModelReplica models, CatalogReplica catalog, PopularityReplica popularity)
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);

    /// <summary>The list now and after every change, until cancelled. What changes while a list is made is not missed.</summary>
    public async IAsyncEnumerable<RecommendationList> ListsAsync(
        IUserGrain user, RecommendationQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (RecommendationList List, long Catalogue)? sent = null;
        var change = await user.WaitForChangeAsync(-1, LongPoll, cancellationToken);
        var userChanged = user.WaitForChangeAsync(change, LongPoll, cancellationToken);
        while (true)
        {
            var (modelChanged, catalogueChanged, popularityChanged) = (models.Changed, catalog.Changed, popularity.Changed);
            var catalogue = catalog.Version;
            var list = await user.RecommendAsync(query);
            if (sent is not { } before || before.Catalogue != catalogue || Differs(list, before.List))
            {
                sent = (list, catalogue);
                yield return list;
            }

            // A personal list does not depend on what is popular, which changes with every rating of anybody.
            var elsewhere = list.Source == RecommendationSource.Popular
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

    private static bool Differs(RecommendationList list, RecommendationList sent) =>
        list.ModelVersion != sent.ModelVersion || list.Source != sent.Source
        || !list.Movies.Select(movie => (movie.MovieId, movie.Score, movie.PredictedRating))
            .SequenceEqual(sent.Movies.Select(movie => (movie.MovieId, movie.Score, movie.PredictedRating)));
}
