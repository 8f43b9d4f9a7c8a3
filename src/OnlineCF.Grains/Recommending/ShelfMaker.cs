using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Replicas;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>Sorts a visitor's movies onto shelves, each movie on one. Thread-safe; never waits.</summary>
public sealed class ShelfMaker(RecommendationEngine engine, CatalogReplica catalog, PopularityReplica popularity)
{
    private const int LikedShelves = 3;
    private const int LeastMovies = 3;
    private const int LeastRatingsOfGenre = 3;

    // Gems are looked for so deep in the visitor's list, among movies that are not so many of the most liked.
    private const int DepthOfGems = 300;
    private const int WellKnown = 500;

    // Two movies so near to each other would give the same shelf twice.
    private const float NearlyTheSame = 0.8f;

    /// <summary>The shelves, the most telling first; those that would hold less than three movies are left out.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before the last shelf.</exception>
    public ShelfList Make(Visitor visitor, ShelfQuery query, CancellationToken cancellationToken)
    {
        var shelves = new List<Shelf>(query.Shelves);
        var used = new HashSet<long>(query.Filter.ExcludeMovieIds.Concat(visitor.Dismissed));
        foreach (var shelf in All(visitor, query, used))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (shelves.Count == query.Shelves)
            {
                break;
            }

            if (shelf.Movies.Length >= Math.Min(LeastMovies, query.MoviesPerShelf))
            {
                shelves.Add(shelf);
                used.UnionWith(shelf.Movies.Select(movie => movie.MovieId));
            }
        }

        return new ShelfList(
            [.. shelves], visitor.Taste.IsKnown ? RecommendationSource.Personalized : RecommendationSource.Popular, visitor.Model?.Version ?? 0);
    }

    // Each is made when those before it have their movies.
    private IEnumerable<Shelf> All(Visitor visitor, ShelfQuery query, HashSet<long> used)
    {
        MovieFilter Rest() => query.Filter with { ExcludeMovieIds = [.. used] };
        RecommendedMovie[] List(MovieFilter filter) => engine.ListOf(
            visitor, new RecommendationQuery(query.MoviesPerShelf, filter, IncludeRated: false, Explain: false));

        yield return new Shelf(ShelfKind.TopPicks, 0, "", List(Rest()));
        var liked = LikedOf(visitor);
        if (liked.Count > 0)
        {
            yield return Near(visitor, liked[0], Rest(), query.MoviesPerShelf);
        }

        yield return new Shelf(ShelfKind.Trending, 0, "", Trending(visitor, Rest(), query.MoviesPerShelf));
        if (FavouriteGenre(visitor) is { } genre && query.Filter.GenresAny.Length == 0)
        {
            yield return new Shelf(ShelfKind.Genre, 0, genre, List(Rest() with { GenresAny = [genre] }));
        }

        if (query.Filter is { YearFrom: 0, YearTo: 0 } && catalog.NewestYear is var newest and > 0)
        {
            yield return new Shelf(ShelfKind.New, 0, "", List(Rest() with { YearFrom = newest - 1 }));
        }

        if (visitor.Taste.IsKnown)
        {
            yield return new Shelf(ShelfKind.HiddenGems, 0, "", Gems(visitor, Rest(), query.MoviesPerShelf));
        }

        foreach (var movie in liked.Skip(1))
        {
            yield return Near(visitor, movie, Rest(), query.MoviesPerShelf);
        }
    }

    private Shelf Near(Visitor visitor, long movieId, MovieFilter filter, int count)
    {
        var model = visitor.Model!;
        var wanted = count + visitor.Rated.Count;
        var near = engine.Similar(model, model.RowOf(movieId), wanted, filter)
            .Where(similar => !visitor.Rated.Contains(similar.MovieId)).Take(count);
        return new Shelf(
            ShelfKind.BecauseYouLiked, movieId, "",
            [.. near.Select(similar => new RecommendedMovie(similar.MovieId, similar.Similarity, engine.PredictedRating(visitor, similar.MovieId), []))]);
    }

    private RecommendedMovie[] Trending(Visitor visitor, MovieFilter filter, int count) =>
    [
        .. engine.Popular(filter, trending: true)
            .Where(movie => movie.Statistics.Liked > 0 && !visitor.Rated.Contains(movie.MovieId)).Take(count)
            .Select((movie, place) => new RecommendedMovie(
                movie.MovieId, 1f / (place + 1), engine.PredictedRating(visitor, movie.MovieId), [])),
    ];

    private RecommendedMovie[] Gems(Visitor visitor, MovieFilter filter, int count)
    {
        var known = popularity.Table.ByPopularity.Take(WellKnown).Select(movie => movie.MovieId).ToHashSet();
        var list = engine.ListOf(visitor, new RecommendationQuery(DepthOfGems, filter, IncludeRated: false, Explain: false));
        return [.. list.Where(movie => !known.Contains(movie.MovieId)).Take(count)];
    }

    // The best liked, of equal ones the latest; of movies that are nearly the same the first.
    private static List<long> LikedOf(Visitor visitor)
    {
        var chosen = new List<long>(LikedShelves);
        if (visitor.Model is not { } model)
        {
            return chosen;
        }

        var rated = visitor.Rated;
        var ratings = new (float Value, long Time, long MovieId)[rated.Count];
        for (var i = 0; i < ratings.Length; i++)
        {
            ratings[i] = (rated.Values[i], rated.Times[i], rated.MovieIds[i]);
        }

        foreach (var (value, _, movieId) in ratings.OrderByDescending(rating => (rating.Value, rating.Time)))
        {
            if (value < Rating.LikedValue || chosen.Count == LikedShelves)
            {
                break;
            }

            if (model.RowOf(movieId) >= 0 && chosen.TrueForAll(other => Likeness(model, movieId, other) < NearlyTheSame))
            {
                chosen.Add(movieId);
            }
        }

        return chosen;
    }

    private static float Likeness(ServingModel model, long a, long b) =>
        TopNScorer.Cosine(model, model.RowOf(a), model.RowOf(b));

    // The genre whose movies got the most stars above the visitor's mean, in all.
    private string? FavouriteGenre(Visitor visitor)
    {
        var (rated, mean) = (visitor.Rated, 0.0);
        var genres = new Dictionary<string, (double Stars, int Ratings)>(StringComparer.OrdinalIgnoreCase);
        foreach (var value in rated.Values)
        {
            mean += value / rated.Count;
        }

        for (var i = 0; i < rated.Count; i++)
        {
            foreach (var genre in catalog.Get(rated.MovieIds[i]).Genres)
            {
                var (stars, ratings) = genres.GetValueOrDefault(genre);
                genres[genre] = (stars + rated.Values[i] - mean, ratings + 1);
            }
        }

        return genres.Where(genre => genre.Value is { Ratings: >= LeastRatingsOfGenre, Stars: > 0 })
            .OrderByDescending(genre => genre.Value.Stars).ThenBy(genre => genre.Key, StringComparer.Ordinal)
            .Select(genre => genre.Key).FirstOrDefault();
    }
}
