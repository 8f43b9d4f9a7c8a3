using OnlineCF.Core.Ratings;
using Parquet;
using Parquet.Schema;

namespace OnlineCF.Storage.Archives;

/// <summary>The rating log as a Parquet file, every entry as it is.</summary>
internal static class EntryTable
{
    /// <summary>Rows of a group: what is in memory at once.</summary>
    public const int GroupRows = 131_072;

    private static readonly DataField Sequence = new DataField<long>("sequence");
    private static readonly DataField Kind = new DataField<int>("kind");
    private static readonly DataField User = new DataField<long>("userId");
    private static readonly DataField Movie = new DataField<long>("movieId");
    private static readonly DataField Value = new DataField<float>("rating");
    private static readonly DataField RatedAt = new DataField<long>("ratedAtMicros");
    private static readonly DataField ReplacedValue = new DataField<float>("replacedRating");
    private static readonly DataField ReplacedAt = new DataField<long>("replacedAtMicros");
    private static readonly ParquetSchema Schema = new(Sequence, Kind, User, Movie, Value, RatedAt, ReplacedValue, ReplacedAt);

    /// <summary>Writes pages of entries.</summary>
    public static async Task WriteAsync(
        Stream output, IAsyncEnumerable<IReadOnlyList<RatingEntry>> groups, CancellationToken cancellationToken)
    {
        await using var writer = await ParquetWriter.CreateAsync(Schema, output, ParquetTables.Options, cancellationToken: cancellationToken).ConfigureAwait(false);
        await foreach (var entries in groups.ConfigureAwait(false))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<long>(Sequence, Column(entries, entry => entry.Sequence), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync<int>(Kind, Column(entries, entry => (int)entry.Kind), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync<long>(User, Column(entries, entry => entry.UserId), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync<long>(Movie, Column(entries, entry => entry.MovieId), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync<float>(Value, Column(entries, entry => entry.Value), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync<long>(RatedAt, Column(entries, entry => entry.RatedAtMicros), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync<float>(ReplacedValue, Column(entries, entry => entry.ReplacedValue), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync<long>(ReplacedAt, Column(entries, entry => entry.ReplacedAtMicros), cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the entries after a sequence, a group at a time.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<RatingEntry>> ReadAsync(
        Stream file, long afterSequence, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = await ParquetTables.OpenAsync(file, Schema, cancellationToken).ConfigureAwait(false);
        for (var number = 0; number < reader.RowGroupCount; number++)
        {
            using var group = reader.OpenRowGroupReader(number);
            var sequences = await ReadAsync<long>(group, Sequence, cancellationToken).ConfigureAwait(false);
            if (sequences.Length == 0 || sequences[^1] <= afterSequence)
            {
                continue;
            }

            var kinds = await ReadAsync<int>(group, Kind, cancellationToken).ConfigureAwait(false);
            var users = await ReadAsync<long>(group, User, cancellationToken).ConfigureAwait(false);
            var movies = await ReadAsync<long>(group, Movie, cancellationToken).ConfigureAwait(false);
            var values = await ReadAsync<float>(group, Value, cancellationToken).ConfigureAwait(false);
            var times = await ReadAsync<long>(group, RatedAt, cancellationToken).ConfigureAwait(false);
            var replacedValues = await ReadAsync<float>(group, ReplacedValue, cancellationToken).ConfigureAwait(false);
            var replacedTimes = await ReadAsync<long>(group, ReplacedAt, cancellationToken).ConfigureAwait(false);
            var first = Array.FindIndex(sequences, sequence => sequence > afterSequence);
            var entries = new RatingEntry[sequences.Length - first];
            for (var row = first; row < sequences.Length; row++)
            {
                entries[row - first] = new RatingEntry(
                    sequences[row], (RatingEntryKind)kinds[row], users[row], movies[row], values[row], times[row],
                    replacedValues[row], replacedTimes[row]);
            }

            yield return entries;
        }
    }

    private static T[] Column<T>(IReadOnlyList<RatingEntry> entries, Func<RatingEntry, T> of)
    {
        var column = new T[entries.Count];
        for (var row = 0; row < column.Length; row++)
        {
            column[row] = of(entries[row]);
        }

        return column;
    }

    private static async Task<T[]> ReadAsync<T>(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
        where T : struct
    {
        var column = new T[checked((int)group.RowCount)];
        await group.ReadAsync(field, column.AsMemory(), cancellationToken: cancellationToken).ConfigureAwait(false);
        return column;
    }
}
