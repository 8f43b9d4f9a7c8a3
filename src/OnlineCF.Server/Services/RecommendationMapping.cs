using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Replicas;
using OnlineCF.Protocol.V1;
using RecommendationSource = OnlineCF.Protocol.V1.RecommendationSource;

namespace OnlineCF.Server.Services;

/// <summary>Lists and movies as they go out.</summary>
internal sealed class RecommendationMapping(CatalogReplica catalog)
{
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
        response.Movies.AddRange(list.Movies.Select(ToProto));
        return response;
    }

    /// <summary>A movie as the catalogue has it, or its id alone.</summary>
    public Movie MovieOf(long movieId) => CatalogGrpcService.ToProto(catalog.Get(movieId));

    private Protocol.V1.RecommendedMovie ToProto(Grains.Recommending.RecommendedMovie movie)
    {
        var recommended = new Protocol.V1.RecommendedMovie
        {
            Movie = MovieOf(movie.MovieId),
            Score = movie.Score,
            PredictedRating = movie.PredictedRating,
        };
        recommended.Reasons.AddRange(movie.Reasons.Select(reason => new Protocol.V1.Reason
        {
            MovieId = reason.MovieId,
            Title = catalog.Get(reason.MovieId).Title,
            Weight = reason.Weight,
        }));
        return recommended;
    }
}
