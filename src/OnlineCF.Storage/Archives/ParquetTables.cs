using Parquet;
using Parquet.Schema;

namespace OnlineCF.Storage.Archives;

/// <summary>What the Parquet files of an archive have in common.</summary>
internal static class ParquetTables
{
    /// <summary>Packed by Zstandard, which every reader of the last years knows.</summary>
    public static ParquetOptions Options { get; } = new()
    {
        CompressionMethod = CompressionMethod.Zstd,
        CompressionLevel = System.IO.Compression.CompressionLevel.Fastest,
    };

    /// <summary>Opens a file with these columns.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static async Task<ParquetReader> OpenAsync(Stream file, ParquetSchema schema, CancellationToken cancellationToken)
    {
        var reader = await ParquetReader.CreateAsync(file, Options, leaveStreamOpen: true, cancellationToken).ConfigureAwait(false);
        if (!reader.Schema.Equals(schema))
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw new InvalidDataException("a table has other columns than this version writes");
        }

        return reader;
    }
}
