using OnlineCF.Core.Streams;
using Parquet;
using Parquet.Schema;

namespace OnlineCF.Storage.Archives;

/// <summary>A row of a partition's statistics.</summary>
internal readonly record struct PartitionRow(int Partition, StreamRow Row);

/// <summary>The statistics of movies as the streams' subscribers keep them.</summary>
internal static class StatisticsTable
{
    private static readonly DataField Partition = new DataField<int>("partition");
    private static readonly DataField Key = new DataField<long>("key");
    private static readonly DataField State = new("state", typeof(byte[]), isNullable: false);
    private static readonly ParquetSchema Schema = new(Partition, Key, State);

    /// <summary>Writes pages of rows.</summary>
    public static async Task WriteAsync(Stream output, IAsyncEnumerable<IReadOnlyList<PartitionRow>> pages, CancellationToken cancellationToken)
    {
        await using var writer = await ParquetWriter.CreateAsync(Schema, output, ParquetTables.Options, cancellationToken: cancellationToken).ConfigureAwait(false);
        await foreach (var rows in pages.ConfigureAwait(false))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<int>(Partition, rows.Select(row => row.Partition).ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync<long>(Key, rows.Select(row => row.Row.Key).ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync(State, [.. rows.Select(row => row.Row.State.ToArray())]).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the rows, a group at a time; each group is of one partition.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<PartitionRow>> ReadAsync(
        Stream file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = await ParquetTables.OpenAsync(file, Schema, cancellationToken).ConfigureAwait(false);
        for (var number = 0; number < reader.RowGroupCount; number++)
        {
            using var group = reader.OpenRowGroupReader(number);
            var count = checked((int)group.RowCount);
            var (partitions, keys, states) = (new int[count], new long[count], new byte[count][]);
            await group.ReadAsync(Partition, partitions.AsMemory(), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.ReadAsync(Key, keys.AsMemory(), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.ReadAsync(State, states.AsMemory()!, cancellationToken: cancellationToken).ConfigureAwait(false);
            yield return [.. Enumerable.Range(0, count).Select(row => new PartitionRow(partitions[row], new StreamRow(keys[row], states[row])))];
        }
    }
}
