using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests;

/// <summary>MovieLens ratings where they lie beside the project.</summary>
internal static partial class RealRatings
{
    /// <summary>ml-latest-small, or null.</summary>
    public static List<Rating>? Load() => FileOf("ratings.csv") is { } file
        ? [.. File.ReadLines(file).Skip(1).Select(line => RatingOf(line.Split(',')))]
        : null;

    /// <summary>Its movies with their genres; none where the data is absent.</summary>
    public static Dictionary<long, string[]> LoadGenres() => FileOf("movies.csv") is { } file
        ? File.ReadLines(file).Skip(1).Select(line => MovieLine().Match(line))
            .ToDictionary(match => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match => match.Groups[2].Value.Split('|'))
        : [];

    private static string? FileOf(string name)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var file = Path.Combine(folder, "shared", "data", "ml-latest-small", name);
            if (File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }

    private static Rating RatingOf(string[] fields) => new()
    {
        UserId = long.Parse(fields[0], CultureInfo.InvariantCulture),
        MovieId = long.Parse(fields[1], CultureInfo.InvariantCulture),
        Value = float.Parse(fields[2], CultureInfo.InvariantCulture),
        RatedAt = Timestamp.FromDateTimeOffset(
            DateTimeOffset.FromUnixTimeSeconds(long.Parse(fields[3], CultureInfo.InvariantCulture))),
    };

    [GeneratedRegex(@"^(\d+),.*,([^,]*)$")]
    private static partial Regex MovieLine();
}
