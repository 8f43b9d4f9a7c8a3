using System.Runtime.CompilerServices;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Users;

namespace OnlineCF.Server.Services;

/// <summary>A user's list, again whenever it has changed.</summary>
public sealed class RecommendationWatch(CatalogReplica catalog)
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);

    /// <summary>The list now and after every change, until cancelled. What changes while a list is made is not missed.</summary>
    public async IAsyncEnumerable<RecommendationList> ListsAsync(
        IUserGrain user, RecommendationQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ListMark known = default;
        RecommendationList? sent = null;
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

            var list = await user.RecommendAsync(query);
            if (sent is null || mark.Catalogue != known.Catalogue || Differs(list, sent))
            {
                sent = list;
                yield return list;
            }

            known = mark;
        }
    }

    private static bool Differs(RecommendationList list, RecommendationList sent) =>
        list.ModelVersion != sent.ModelVersion || list.Source != sent.Source
        || !list.Movies.Select(movie => (movie.MovieId, movie.Score, movie.PredictedRating))
            .SequenceEqual(sent.Movies.Select(movie => (movie.MovieId, movie.Score, movie.PredictedRating)));
}
