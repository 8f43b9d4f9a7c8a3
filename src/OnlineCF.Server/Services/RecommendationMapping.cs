using System.Runtime.CompilerServices;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Replicas;
using OnlineCF.Protocol.V1;
using RecommendationSource = OnlineCF.Protocol.V1.RecommendationSource;

namespace OnlineCF.Server.Services;

/// <summary>Lists and movies as they go out.</summary>
internal sealed class RecommendationMapping(CatalogReplica catalog)
{
    // A movie's message is made once for as long as the catalogue says the same of it; nobody writes it afterwards.
    private readonly ConditionalWeakTable<Core.Catalogue.Movie, Movie> _movies = [];

    /// <summary>A list with its titles.</summary>
    public RecommendResponse ToProto(RecommendationList list)
    {
        var response = new RecommendResponse
        {
            ModelVersion = list.ModelVersion,
            Source = list.Source == Grains.Recommending.RecommendationSource.Personalized
                ? RecommendationSource.Personalized
                : RecommendationSource.Popular,
        };
        response.Movies.Capacity = list.Movies.Length;
        foreach (var movie in list.Movies)
        {
            response.Movies.Add(ToProto(movie));
        }

        return response;
    }

    /// <summary>A movie as the catalogue has it, or its id alone. Not to be written.</summary>
    public Movie MovieOf(long movieId) => catalog.Find(movieId) is { } movie
        ? _movies.GetValue(movie, CatalogGrpcService.ToProto)
        : new Movie { MovieId = movieId };

    private Protocol.V1.RecommendedMovie ToProto(Grains.Recommending.RecommendedMovie movie)
    {
        var recommended = new Protocol.V1.RecommendedMovie
        {
            Movie = MovieOf(movie.MovieId),
            Score = movie.Score,
            PredictedRating = movie.PredictedRating,
            OtherWeight = movie.OtherWeight,
        };
        foreach (var reason in movie.Reasons)
        {
            recommended.Reasons.Add(new Protocol.V1.Reason
            {
                MovieId = reason.MovieId,
                Title = catalog.Find(reason.MovieId)?.Title ?? "",
                Weight = reason.Weight,
            });
        }

        return recommended;
    }
}
