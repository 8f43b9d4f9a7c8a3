using System.Collections.Frozen;
using OnlineCF.Core.Access;

namespace OnlineCF.Server.Access;

/// <summary>The role that each rpc wants. What is not in the table nobody may call.</summary>
internal static class RpcRoles
{
    private static readonly FrozenDictionary<string, AccessRole> Roles = Table(
        (AccessRole.Reader, "RatingService", ["ListRatings"]),
        (AccessRole.Writer, "RatingService", ["StreamRatings", "Rate", "RateBatch", "DeleteRating", "DismissMovie", "UndismissMovie"]),
        (AccessRole.Admin, "RatingService", ["EraseUser", "ExportUser"]),
        (AccessRole.Reader, "RecommendationService",
            ["Recommend", "RecommendForRatings", "RecommendShelves", "PredictRatings", "SimilarMovies", "PopularMovies", "WatchRecommendations"]),
        (AccessRole.Reader, "CatalogService", ["GetMovie", "SearchMovies"]),
        (AccessRole.Admin, "CatalogService", ["UpsertMovies", "UpsertMovieBatch"]),
        (AccessRole.Reader, "TrainingService", ["GetTraining", "WatchTraining", "ListModels", "ListRounds"]),
        (AccessRole.Admin, "TrainingService", ["StartTraining", "CancelTraining", "RollbackModel"]),
        (AccessRole.Admin, "AccessService", ["CreateKey", "ListKeys", "RevokeKey"]),
        (AccessRole.Admin, "StoreService", ["ExportStore", "RestoreStore"]));

    // What changes what everybody gets, or cannot be taken back; the catalogue comes in streams of thousands.
    private static readonly FrozenSet<string> Noted = FrozenSet.Create(
        "/onlinecf.v1.RatingService/EraseUser", "/onlinecf.v1.RatingService/ExportUser", "/onlinecf.v1.TrainingService/StartTraining",
        "/onlinecf.v1.TrainingService/CancelTraining", "/onlinecf.v1.TrainingService/RollbackModel",
        "/onlinecf.v1.AccessService/CreateKey", "/onlinecf.v1.AccessService/RevokeKey",
        "/onlinecf.v1.StoreService/ExportStore", "/onlinecf.v1.StoreService/RestoreStore");

    /// <summary>The role for a method such as /onlinecf.v1.RatingService/Rate; null where nobody may.</summary>
    public static AccessRole? Of(string method) => Roles.TryGetValue(method, out var role) ? role : null;

    /// <summary>Whether a line of the log says who called it.</summary>
    public static bool IsNoted(string method) => Noted.Contains(method);

    private static FrozenDictionary<string, AccessRole> Table(params (AccessRole Role, string Service, string[] Rpcs)[] rows) => rows
        .SelectMany(row => row.Rpcs, (row, rpc) => KeyValuePair.Create($"/onlinecf.v1.{row.Service}/{rpc}", row.Role)).ToFrozenDictionary();
}
