using Google.Protobuf.WellKnownTypes;
using OnlineCF.Core.Catalogue;
using OnlineCF.Server.Errors;

namespace OnlineCF.Server.Services;

/// <summary>Reads which fields of its movies a request brings.</summary>
internal static class MovieFieldMask
{
    /// <summary>All of them without a mask, or with one that is empty.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the mask names something else.</exception>
    public static MovieFields FieldsOf(FieldMask? mask) => mask is null or { Paths.Count: 0 }
        ? MovieFields.All
        : mask.Paths.Aggregate(MovieFields.None, (fields, path) => fields | FieldOf(path));

    private static MovieFields FieldOf(string path) => path switch
    {
        "movie_id" => MovieFields.None,
        "title" => MovieFields.Title,
        "year" => MovieFields.Year,
        "genres" => MovieFields.Genres,
        "hidden" => MovieFields.Hidden,
        "*" => MovieFields.All,
        _ => throw Refusals.Invalid("update_mask", $"names '{path}'; a movie has title, year, genres and hidden"),
    };
}
