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
            Source = SourceOf(list.Source),
        };
        response.Movies.Capacity = list.Movies.Length;
        foreach (var movie in list.Movies)
        {
            response.Movies.Add(ToProto(movie));
        }

        return response;
    }

    /// <summary>Shelves with their titles.</summary>
    public RecommendShelvesResponse ToProto(ShelfList list)
    {
        var response = new RecommendShelvesResponse { ModelVersion = list.ModelVersion, Source = SourceOf(list.Source) };
        foreach (var shelf in list.Shelves)
        {
            var shown = new Protocol.V1.Shelf
            {
                Kind = (Protocol.V1.ShelfKind)shelf.Kind,
                Title = TitleOf(shelf, list.Source),
                Movie = shelf.MovieId > 0 ? MovieOf(shelf.MovieId) : null,
                Genre = shelf.Genre,
            };
            shown.Movies.AddRange(shelf.Movies.Select(ToProto));
            response.Shelves.Add(shown);
        }

        return response;
    }

    /// <summary>A movie as the catalogue has it, or its id alone. Not to be written.</summary>
    public Movie MovieOf(long movieId) => catalog.Find(movieId) is { } movie
        ? _movies.GetValue(movie, CatalogGrpcService.ToProto)
        : new Movie { MovieId = movieId };

    private static RecommendationSource SourceOf(Grains.Recommending.RecommendationSource source) =>
        source == Grains.Recommending.RecommendationSource.Personalized ? RecommendationSource.Personalized : RecommendationSource.Popular;

    private string TitleOf(Grains.Recommending.Shelf shelf, Grains.Recommending.RecommendationSource source) => shelf.Kind switch
    {
        Grains.Recommending.ShelfKind.TopPicks =>
            source == Grains.Recommending.RecommendationSource.Personalized ? "Top picks for you" : "Popular now",
        Grains.Recommending.ShelfKind.BecauseYouLiked =>
            $"Because you liked {(catalog.Find(shelf.MovieId)?.Title is { Length: > 0 } title ? title : $"movie {shelf.MovieId}")}",
        Grains.Recommending.ShelfKind.Trending => "Trending",
        Grains.Recommending.ShelfKind.New => "New",
        Grains.Recommending.ShelfKind.Genre => $"{shelf.Genre} for you",
        _ => "Hidden gems",
    };

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
