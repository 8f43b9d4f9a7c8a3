using System.Buffers;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>Answers for one visitor from the model that the visitor's taste belongs to. Thread-safe; never waits.</summary>
public sealed class RecommendationEngine(
    CatalogReplica catalog, PopularityReplica popularity, FilterMasks masks, OnlineCFInstruments instruments,
    TimeProvider time)
{
    private readonly RecentFactors _factors = new(RecentFactors.MaxBytes);

    /// <summary>The list for a visitor: personalised when the taste says anything, else what is popular.</summary>
    /// <param name="visitor">Whose.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="started">Timestamp from before the taste was folded in; the measured duration is since then.</param>
    public RecommendationList Recommend(Visitor visitor, RecommendationQuery query, long started)
    {
        var list = visitor.Taste.IsKnown
            ? new RecommendationList(
                Personalized(visitor, query), RecommendationSource.Personalized, visitor.Model!.Version)
            : new RecommendationList(
                [.. Popular(visitor, query)], RecommendationSource.Popular, visitor.Model?.Version ?? 0);
        instruments.OnRecommended(list.Source, time.GetElapsedTime(started));
        return list;
    }

    /// <summary>Predicted stars for each movie, in order; the movie's mean, or that of all, while no model serves.</summary>
    public PredictionList Predict(Visitor visitor, ReadOnlySpan<long> movieIds)
    {
        var predictions = new float[movieIds.Length];
        for (var i = 0; i < predictions.Length; i++)
        {
            predictions[i] = PredictedRating(visitor, movieIds[i]);
        }

        return new PredictionList(predictions, visitor.Model?.Version ?? 0);
    }

    /// <summary>The ids of a visitor's unfiltered list, unmeasured.</summary>
    public IReadOnlyList<long> TopMovies(Visitor visitor, int count)
    {
        var query = new RecommendationQuery(count, MovieFilter.None, IncludeRated: false, Explain: false);
        return visitor.Taste.IsKnown
            ? Array.ConvertAll(Personalized(visitor, query), movie => movie.MovieId)
            : [.. Popular(visitor, query).Select(movie => movie.MovieId)];
    }

    /// <summary>The movies nearest to a row of the model, with their cosine.</summary>
    public (long MovieId, float Similarity)[] Similar(ServingModel model, int row, int count, MovieFilter filter)
    {
        var buffer = ArrayPool<ScoredRow>.Shared.Rent(count);
        try
        {
            var excluded = new MovieExclusions(masks.MaskOf(model, filter), [], Rising(filter.ExcludeMovieIds));
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
        var (table, test) = (popularity.Table, new FilterTest(filter));
        foreach (var movie in trending ? table.ByTrend : table.ByPopularity)
        {
            if (test.Passes(catalog.Get(movie.MovieId)))
            {
                yield return movie;
            }
        }
    }

    private RecommendedMovie[] Personalized(Visitor visitor, RecommendationQuery query)
    {
        var (model, vectors) = (visitor.Model!, visitor.Taste.Vectors!);
        var buffer = ArrayPool<ScoredRow>.Shared.Rent(query.Count);
        try
        {
            var excluded = new MovieExclusions(
                masks.MaskOf(model, query.Filter), query.IncludeRated ? [] : visitor.Rated.MovieIds,
                Rising(query.Filter.ExcludeMovieIds));
            var top = buffer.AsSpan(0, query.Count);
            top = top[..TopNScorer.Top(model, vectors.Ranking, excluded, top)];
            var explained = query.Explain ? Explanation.Of(visitor, top, query.MaxReasons, _factors) : null;
            var movies = new RecommendedMovie[top.Length];
            for (var i = 0; i < movies.Length; i++)
            {
                var (reasons, otherWeight) = explained?[i] ?? ([], 0);
                var (row, score) = top[i];
                movies[i] = new RecommendedMovie(
                    model.MovieIdOf(row), score, RatingPrediction.Predict(model, vectors, row, vectors.RecentBias, score),
                    reasons, otherWeight);
            }

            return movies;
        }
        finally
        {
            ArrayPool<ScoredRow>.Shared.Return(buffer);
        }
    }

    private IEnumerable<RecommendedMovie> Popular(Visitor visitor, RecommendationQuery query) =>
        Popular(query.Filter, trending: false)
            .Where(movie => query.IncludeRated || !visitor.Rated.Contains(movie.MovieId))
            .Take(query.Count)
            .Select(movie => new RecommendedMovie(
                movie.MovieId, movie.Statistics.Liked, PredictedRating(visitor, movie.MovieId), []));

    private float PredictedRating(Visitor visitor, long movieId) => visitor is { Model: { } model, Taste.Vectors: { } vectors }
        ? RatingPrediction.Predict(model, vectors, model.RowOf(movieId))
        : popularity.Table.MeanOf(movieId);

    private static long[] Rising(long[] movieIds) => movieIds.Length < 2 ? movieIds : [.. movieIds.Order()];
}
