using System.Buffers;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>Answers from one taste and the model it belongs to. Thread-safe; never waits.</summary>
public sealed class RecommendationEngine(
    CatalogReplica catalog, PopularityReplica popularity, OnlineCFInstruments instruments, TimeProvider time)
{
    private readonly FilterMaskCache _masks = new(catalog);

    /// <summary>The list for a taste: personalised when it says anything, else what is popular.</summary>
    /// <param name="taste">Whose.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="started">Timestamp from before the taste was folded in; the measured duration is since then.</param>
    public RecommendationList Recommend(UserTaste taste, RecommendationQuery query, long started)
    {
        var list = taste.IsKnown
            ? new RecommendationList(
                Personalized(taste, query), RecommendationSource.Personalized, taste.Model!.Version)
            : new RecommendationList(
                [.. Popular(taste, query)], RecommendationSource.Popular, taste.Model?.Version ?? 0);
        instruments.OnRecommended(list.Source, time.GetElapsedTime(started));
        return list;
    }

    /// <summary>Predicted stars for each movie, in order; the movie's mean, or that of all, while no model serves.</summary>
    public PredictionList Predict(UserTaste taste, ReadOnlySpan<long> movieIds)
    {
        var predictions = new float[movieIds.Length];
        for (var i = 0; i < predictions.Length; i++)
        {
            predictions[i] = PredictedRating(taste, movieIds[i]);
        }

        return new PredictionList(predictions, taste.Model?.Version ?? 0);
    }

    /// <summary>The ids of a taste's unfiltered list, unmeasured.</summary>
    public IReadOnlyList<long> TopMovies(UserTaste taste, int count)
    {
        var query = new RecommendationQuery(count, MovieFilter.None, IncludeRated: false, Explain: false);
        return [.. (taste.IsKnown ? Personalized(taste, query) : Popular(taste, query)).Select(movie => movie.MovieId)];
    }

    /// <summary>The movies nearest to a row of the model, with their cosine.</summary>
    public (long MovieId, float Similarity)[] Similar(ServingModel model, int row, int count, MovieFilter filter)
    {
        var buffer = ArrayPool<ScoredRow>.Shared.Rent(count);
        try
        {
            var excluded = MaskOf(model, filter);
            var found = TopNScorer.Similar(model, row, excluded, buffer.AsSpan(0, count));
            return [.. buffer.Take(found).Select(scored => (model.MovieIdOf(scored.Row), scored.Score))];
        }
        finally
        {
            ArrayPool<ScoredRow>.Shared.Return(buffer);
        }
    }

    /// <summary>Popular or trending movies that pass the filter and are not hidden, best first.</summary>
    public IEnumerable<Streams.RatedMovie> Popular(MovieFilter filter, bool trending)
    {
        var table = popularity.Table;
        foreach (var movie in trending ? table.ByTrend : table.ByPopularity)
        {
            var known = catalog.Get(movie.MovieId);
            if (!known.Hidden
                && (filter.IsOpen || filter.Passes(known.Genres, known.Year))
                && !filter.ExcludeMovieIds.Contains(movie.MovieId))
            {
                yield return movie;
            }
        }
    }

    private RecommendedMovie[] Personalized(UserTaste taste, RecommendationQuery query)
    {
        var model = taste.Model!;
        var excluded = MaskOf(model, query.Filter);
        if (!query.IncludeRated)
        {
            foreach (var rated in taste.Rows)
            {
                if (rated.Row >= 0)
                {
                    excluded.Set(rated.Row);
                }
            }
        }

        var buffer = ArrayPool<ScoredRow>.Shared.Rent(query.Count);
        try
        {
            var top = buffer.AsSpan(0, query.Count);
            top = top[..TopNScorer.Top(model, taste.Vectors!.Ranking, excluded, top)];
            var reasons = query.Explain ? Explanation.Of(taste, top) : null;
            var movies = new RecommendedMovie[top.Length];
            for (var i = 0; i < movies.Length; i++)
            {
                movies[i] = new RecommendedMovie(
                    model.MovieIdOf(top[i].Row),
                    top[i].Score,
                    RatingPrediction.Predict(model, taste.Vectors, top[i].Row),
                    reasons?[i] ?? []);
            }

            return movies;
        }
        finally
        {
            ArrayPool<ScoredRow>.Shared.Return(buffer);
        }
    }

    private IEnumerable<RecommendedMovie> Popular(UserTaste taste, RecommendationQuery query) =>
        Popular(query.Filter, trending: false)
            .Where(movie => query.IncludeRated || !taste.HasRated(movie.MovieId))
            .Take(query.Count)
            .Select(movie => new RecommendedMovie(
                movie.MovieId, movie.Statistics.Liked, PredictedRating(taste, movie.MovieId), []));

    // A copy the caller may go on writing to: the filter's mask and the ids it excludes.
    private MovieMask MaskOf(ServingModel model, MovieFilter filter)
    {
        var mask = new MovieMask(model.MovieCount);
        mask.UnionWith(_masks.Get(model, filter));
        foreach (var movieId in filter.ExcludeMovieIds)
        {
            if (model.RowOf(movieId) is var row and >= 0)
            {
                mask.Set(row);
            }
        }

        return mask;
    }

    private float PredictedRating(UserTaste taste, long movieId)
    {
        if (taste is { Model: { } model, Vectors: { } vectors })
        {
            return RatingPrediction.Predict(model, vectors, model.RowOf(movieId));
        }

        return popularity.Table.MeanOf(movieId);
    }
}
