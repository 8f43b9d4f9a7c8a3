using System.Globalization;
using System.Text;
using System.Text.Json;
using OnlineCF.Core.Catalogue;
using Parquet;
using Parquet.Schema;

namespace OnlineCF.Storage.Archives;

/// <summary>The catalogue as other programs read it, in the order in which movies came to it or changed.</summary>
internal static class MovieTable
{
    private static readonly DataField Id = new DataField<long>("movieId");
    private static readonly DataField Title = new("title", typeof(string), isNullable: false);
    private static readonly DataField Year = new DataField<int>("year");
    private static readonly DataField Genres = new("genres", typeof(string), isNullable: false);
    private static readonly DataField Hidden = new DataField<bool>("hidden");
    private static readonly ParquetSchema Schema = new(Id, Title, Year, Genres, Hidden);

    /// <summary>Writes MovieLens' columns, and whether a movie is hidden; the year stands behind the title.</summary>
    public static async Task WriteCsvAsync(Stream output, IAsyncEnumerable<IReadOnlyList<Movie>> pages)
    {
        await using var lines = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        await lines.WriteLineAsync("movieId,title,genres,hidden").ConfigureAwait(false);
        await foreach (var movies in pages.ConfigureAwait(false))
        {
            foreach (var movie in movies)
            {
                var title = movie.Year > 0 ? string.Create(CultureInfo.InvariantCulture, $"{movie.Title} ({movie.Year})") : movie.Title;
                var genres = movie.Genres.Count > 0 ? string.Join('|', movie.Genres) : "(no genres listed)";
                await lines.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"{movie.MovieId},{Quoted(title)},{Quoted(genres)},{(movie.Hidden ? "true" : "false")}")).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes every field as it is; genres are a JSON list.</summary>
    public static async Task WriteParquetAsync(Stream output, IAsyncEnumerable<IReadOnlyList<Movie>> pages, CancellationToken cancellationToken)
    {
        await using var writer = await ParquetWriter.CreateAsync(Schema, output, ParquetTables.Options, cancellationToken: cancellationToken).ConfigureAwait(false);
        await foreach (var movies in pages.ConfigureAwait(false))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<long>(Id, movies.Select(movie => movie.MovieId).ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync(Title, [.. movies.Select(movie => movie.Title)]).ConfigureAwait(false);
            await group.WriteAsync<int>(Year, movies.Select(movie => movie.Year).ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync(Genres, [.. movies.Select(movie => JsonSerializer.Serialize(movie.Genres))]).ConfigureAwait(false);
            await group.WriteAsync<bool>(Hidden, movies.Select(movie => movie.Hidden).ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the movies, a group at a time.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<Movie>> ReadAsync(
        Stream file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = await ParquetTables.OpenAsync(file, Schema, cancellationToken).ConfigureAwait(false);
        for (var number = 0; number < reader.RowGroupCount; number++)
        {
            using var group = reader.OpenRowGroupReader(number);
            var rows = checked((int)group.RowCount);
            var (ids, titles, years, genres, hidden) = (new long[rows], new string[rows], new int[rows], new string[rows], new bool[rows]);
            await group.ReadAsync(Id, ids.AsMemory(), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.ReadAsync(Title, titles.AsMemory()!, cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.ReadAsync(Year, years.AsMemory(), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.ReadAsync(Genres, genres.AsMemory()!, cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.ReadAsync(Hidden, hidden.AsMemory(), cancellationToken: cancellationToken).ConfigureAwait(false);
            yield return [.. Enumerable.Range(0, rows).Select(row => new Movie(
                ids[row], titles[row], years[row], JsonSerializer.Deserialize<string[]>(genres[row]) ?? [], hidden[row]))];
        }
    }

    private static string Quoted(string field) => field.AsSpan().IndexOfAny("\",\r\n") >= 0
        ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : field;
}
