using Google.Protobuf.WellKnownTypes;
using OnlineCF.Cli.Commands;
using OnlineCF.Protocol.V1;
using Rating = OnlineCF.Core.Ratings.Rating;

namespace OnlineCF.Cli.Replay;

/// <summary>The lists that are asked for just before a liked rating, and where its movie stood in them.</summary>
internal sealed class ReplayLists(ServerConnection connection)
{
    private readonly PopularityList _popularity = new();
    private readonly Dictionary<long, ReturnList> _returns = [];

    /// <summary>A rating as it is sent.</summary>
    public static Protocol.V1.Rating ToProto(Rating rating) => new()
    {
        UserId = rating.UserId,
        MovieId = rating.MovieId,
        Value = rating.Value,
        RatedAt = rating.RatedAtMicros == 0 ? null : MomentOf(rating),
    };

    /// <summary>Counts a rating that was sent.</summary>
    public void OnRating(Rating rating) => _popularity.OnRating(rating.UserId, rating.MovieId);

    /// <summary>Asks for both lists as of the rating's own time, and takes in where its movie stands.</summary>
    public async Task AskAsync(Rating rating, UserPast past, PrequentialStatistics statistics, CancellationToken cancel)
    {
        var list = await connection.Recommendations.RecommendAsync(
            new RecommendRequest { UserId = rating.UserId, Count = NextLiked.ListLength, AsOf = MomentOf(rating) },
            ServerConnection.Unary(cancel));
        var place = PlaceOf(list, rating.MovieId);
        statistics.Lists.OnLiked(place);
        var rated = past.Ratings.Select(x => x.MovieId).ToHashSet();
        var popular = _popularity.PlaceOf(rating.MovieId, rated, NextLiked.ListLength);
        statistics.Popularity.OnLiked(popular);

        var old = past.OldAt(rating.RatedAtMicros);
        if (old == past.Ratings.Count && old > 0)
        {
            statistics.Lists.OnReturn(place);
            statistics.Popularity.OnReturn(popular);
        }
        else if (old > 0)
        {
            statistics.Lists.OnReturn(PlaceOf(await ReturnListAsync(rating, past, old, list.ModelVersion, cancel), rating.MovieId));
            var known = past.Ratings.Take(old).Select(x => x.MovieId).ToHashSet();
            statistics.Popularity.OnReturn(_popularity.PlaceOf(rating.MovieId, known, NextLiked.ListLength));
        }
    }

    // In one sitting it stays the same, but for what has cooled since: asked for again when that is told apart.
    private async Task<RecommendResponse> ReturnListAsync(
        Rating rating, UserPast past, int old, long version, CancellationToken cancel)
    {
        var heat = OnlineCF.Scoring.SittingHeat.Of(rating.RatedAtMicros, past.Ratings[old - 1].RatedAtMicros);
        if (_returns.TryGetValue(rating.UserId, out var known) && known.Old == old && known.Heat == heat && known.Version == version)
        {
            return known.List;
        }

        var request = new RecommendForRatingsRequest { Count = NextLiked.ListLength, AsOf = MomentOf(rating) };
        request.Ratings.AddRange(past.Ratings.Take(old).Select(ToProto));
        var list = await connection.Recommendations.RecommendForRatingsAsync(request, ServerConnection.Unary(cancel));
        _returns[rating.UserId] = new ReturnList(old, heat, version, list);
        return list;
    }

    private static int PlaceOf(RecommendResponse list, long movieId)
    {
        for (var place = 0; place < list.Movies.Count; place++)
        {
            if (list.Movies[place].Movie.MovieId == movieId)
            {
                return place;
            }
        }

        return -1;
    }

    private static Timestamp MomentOf(Rating rating) =>
        Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddMicroseconds(rating.RatedAtMicros));

    private sealed record ReturnList(int Old, float Heat, long Version, RecommendResponse List);
}
