using OnlineCF.Core.Ratings;

namespace OnlineCF.Cli.Import;

/// <summary>All ratings of a file in memory, for what needs no server.</summary>
internal static class RatingFile
{
    /// <summary>Reads what import reads; lines a server would reject are reported and skipped like bad ones.</summary>
    /// <param name="path">File, folder or zip.</param>
    /// <param name="badLines">Takes the bad ones.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidDataException">There are no ratings.</exception>
    public static List<Rating> ReadAll(string path, BadLines badLines, CancellationToken cancellationToken)
    {
        using var dataset = Dataset.Find(path);
        var file = dataset.Ratings ?? throw new InvalidDataException($"{path} holds no ratings.");
        using var stream = MovieLensText.OpenUtf8(file);
        var reader = new RatingReader(file, stream, badLines);
        var ratings = new List<Rating>();
        while (reader.TryRead(out var rating))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (RatingFault.Of(rating.UserId, rating.MovieId, rating.Value) is { } fault)
            {
                badLines.Add(file.Name, rating.Line, fault);
                continue;
            }

            ratings.Add(new Rating(rating.UserId, rating.MovieId, rating.Value, rating.RatedAtMicros ?? 0));
        }

        return ratings.Count > 0 ? ratings : throw new InvalidDataException(
            $"{path} holds no ratings: expected are lines of user,movie,rating[,timestamp].");
    }
}
