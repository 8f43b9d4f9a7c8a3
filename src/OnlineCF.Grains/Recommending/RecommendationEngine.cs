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
    private readonly LikesOfModels _likes = new(popularity.Table);

    /// <summary>
    /// The list for a visitor: personalised when the taste says what is liked, else what is popular now, less what dislikes
    /// push away.
    /// </summary>
    /// <param name="visitor">Whose.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="started">Timestamp from before the taste was folded in; the measured duration is since then.</param>
    public RecommendationList Recommend(Visitor visitor, RecommendationQuery query, long started)
    {
        var list = new RecommendationList(
            ListOf(visitor, query),
            visitor.Taste.IsKnown ? RecommendationSource.Personalized : RecommendationSource.Popular,
            visitor.Model?.Version ?? 0);
        instruments.OnRecommended(list.Source, time.GetElapsedTime(started));
        if (visitor.Model is { } model)
        {
            instruments.Lists.OnServed(model, list.Movies);
        }

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
        return Array.ConvertAll(ListOf(visitor, query), movie => movie.MovieId);
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
    public IEnumerable<Streams.RatedMovie> Popular(MovieFilter filter, bool trending) =>
        Passing(trending ? popularity.Table.ByTrend : popularity.Table.ByPopularity, filter);

    private IEnumerable<Streams.RatedMovie> Passing(IEnumerable<Streams.RatedMovie> movies, MovieFilter filter)
    {
        var test = new FilterTest(filter);
        foreach (var movie in movies)
        {
            if (test.Passes(catalog.Get(movie.MovieId)))
            {
                yield return movie;
            }
        }
    }

    /// <summary>A visitor's list, unmeasured.</summary>
    internal RecommendedMovie[] ListOf(Visitor visitor, RecommendationQuery query)
    {
        if (!visitor.Taste.HasDirection)
        {
            return [.. Popular(visitor, query).Take(query.Count)];
        }

        var scored = Scored(visitor, query);
        return visitor.Taste.IsKnown || scored.Length == query.Count ? scored : Filled(scored, Popular(visitor, query), query.Count);
    }

    private static RecommendedMovie[] Filled(RecommendedMovie[] list, IEnumerable<RecommendedMovie> others, int count)
    {
        var listed = list.Select(movie => movie.MovieId).ToHashSet();
        return [.. list.Concat(others.Where(movie => !listed.Contains(movie.MovieId))).Take(count)];
    }

    private RecommendedMovie[] Scored(Visitor visitor, RecommendationQuery query)
    {
        var (model, vectors) = (visitor.Model!, visitor.Taste.Vectors!);
        var candidates = query.Diversity > 0 ? DiverseOrder.CandidatesFor(query.Count) : query.Count;
        var buffer = ArrayPool<ScoredRow>.Shared.Rent(candidates);
        try
        {
            var excluded = new MovieExclusions(
                masks.MaskOf(model, query.Filter), query.IncludeRated ? [] : visitor.Rated.MovieIds,
                Unwanted(visitor, query.Filter));
            var top = buffer.AsSpan(0, candidates);
            var terms = new ListTerms(
                _likes.Of(model), RecentPopularity.WeightOf(visitor.Rated.Count), model, vectors, visitor.Taste.Floor);
            top = top[..Top(visitor, query, terms, excluded, top)];
            DiverseOrder.Apply(model, top, query.Count, query.Diversity);
            top = top[..Math.Min(top.Length, query.Count)];
            var explained = query.Explain ? Explanation.Of(visitor, top, terms, query.MaxReasons, _factors) : null;
            var movies = new RecommendedMovie[top.Length];
            for (var i = 0; i < movies.Length; i++)
            {
                var (reasons, otherWeight) = explained?[i] ?? ([], 0);
                var (row, score) = top[i];
                movies[i] = new RecommendedMovie(
                    model.MovieIdOf(row), score, RatingPrediction.Predict(model, vectors, row),
                    reasons, otherWeight);
            }

            return movies;
        }
        finally
        {
            ArrayPool<ScoredRow>.Shared.Return(buffer);
        }
    }

    // Lists of one taste differ little from one to the next.
    private static int Top(
        Visitor visitor, RecommendationQuery query, ListTerms terms, MovieExclusions excluded, Span<ScoredRow> into)
    {
        var (model, taste) = (visitor.Model!.At(visitor.Taste.Heat), visitor.Taste);
        var isOpen = query.Filter.IsOpen && query.Filter.ExcludeMovieIds.Length == 0 && !query.IncludeRated;
        var reach = isOpen && taste.Reach is { } known && known.Count >= into.Length ? known : null;
        var atLeast = reach?.Score ?? float.NegativeInfinity;
        var found = TopNScorer.Top(model, taste.Momentary, terms, excluded, into, atLeast);
        if (isOpen && found == into.Length && !(reach is not null && into[found - 1].Score >= atLeast))
        {
            taste.Reach = new ListReach(found, into[found - 1].Score);
        }

        return found;
    }

    private IEnumerable<RecommendedMovie> Popular(Visitor visitor, RecommendationQuery query)
    {
        var (now, weight) = (popularity.Table.Now, RecentPopularity.WeightOf(visitor.Rated.Count));
        foreach (var movie in Passing(popularity.Table.ByLikes(now), query.Filter))
        {
            if ((query.IncludeRated || !visitor.Rated.Contains(movie.MovieId)) && !visitor.Dismissed.Contains(movie.MovieId))
            {
                var score = weight * now.LevelOf(movie.Statistics);
                yield return new RecommendedMovie(
                    movie.MovieId, score, PredictedRating(visitor, movie.MovieId), [], query.Explain ? score : 0);
            }
        }
    }

    /// <summary>Predicted stars of a movie; its mean, or that of all, while no model serves.</summary>
    internal float PredictedRating(Visitor visitor, long movieId) => visitor is { Model: { } model, Taste.Vectors: { } vectors }
        ? RatingPrediction.Predict(model, vectors, model.RowOf(movieId))
        : popularity.Table.MeanOf(movieId);

    private static long[] Unwanted(Visitor visitor, MovieFilter filter) => visitor.Dismissed.Count == 0
        ? Rising(filter.ExcludeMovieIds)
        : [.. filter.ExcludeMovieIds.Concat(visitor.Dismissed).Order()];

    private static long[] Rising(long[] movieIds) => movieIds.Length < 2 ? movieIds : [.. movieIds.Order()];
}
