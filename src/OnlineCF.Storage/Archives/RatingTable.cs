using System.Globalization;
using System.Text;
using OnlineCF.Core.Ratings;
using Parquet;
using Parquet.Schema;

namespace OnlineCF.Storage.Archives;

/// <summary>Current ratings as other programs read them.</summary>
internal static class RatingTable
{
    private static readonly DataField User = new DataField<long>("userId");
    private static readonly DataField Movie = new DataField<long>("movieId");
    private static readonly DataField Value = new DataField<float>("rating");
    private static readonly DataField RatedAt = new DataField<DateTime>("ratedAt");
    private static readonly ParquetSchema Schema = new(User, Movie, Value, RatedAt);

    /// <summary>Writes MovieLens' columns; times in whole seconds since 1970, or in microseconds where any has a part of a second.</summary>
    public static async Task WriteCsvAsync(
        Stream output, IAsyncEnumerable<IReadOnlyList<RatingEntry>> groups, bool wholeSeconds, CancellationToken cancellationToken)
    {
        await using var lines = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        await lines.WriteLineAsync("userId,movieId,rating,timestamp").ConfigureAwait(false);
        await foreach (var ratings in groups.ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var rating in ratings)
            {
                var time = wholeSeconds ? rating.RatedAtMicros / 1_000_000 : rating.RatedAtMicros;
                await lines.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"{rating.UserId},{rating.MovieId},{Show(rating.Value)},{time}")).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes the same as Parquet, times as timestamps of UTC.</summary>
    public static async Task WriteParquetAsync(
        Stream output, IAsyncEnumerable<IReadOnlyList<RatingEntry>> groups, CancellationToken cancellationToken)
    {
        await using var writer = await ParquetWriter.CreateAsync(Schema, output, ParquetTables.Options, cancellationToken: cancellationToken).ConfigureAwait(false);
        await foreach (var ratings in groups.ConfigureAwait(false))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<long>(User, ratings.Select(rating => rating.UserId).ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync<long>(Movie, ratings.Select(rating => rating.MovieId).ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync<float>(Value, ratings.Select(rating => rating.Value).ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync<DateTime>(RatedAt, ratings.Select(rating => DateTime.UnixEpoch.AddMicroseconds(rating.RatedAtMicros)).ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    // As MovieLens writes halves; any other float in as few digits as give it back.
    private static string Show(float stars) =>
        stars * 2 == MathF.Floor(stars * 2) ? stars.ToString("0.0", CultureInfo.InvariantCulture) : stars.ToString("R", CultureInfo.InvariantCulture);
}
