using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using NpgsqlTypes;
using OnlineCF.Core.Catalogue;

namespace OnlineCF.Storage.Postgres.Catalogue;

/// <summary>Movies as rows of the database.</summary>
internal static partial class MovieRows
{
    /// <summary>What <see cref="Read"/> reads, in its order.</summary>
    public const string Columns = "m.movie_id, m.title, m.year, m.genres, m.hidden";

    // All of them by one statement, which takes the titles' words apart.
    private const string Upsert = """
        INSERT INTO movies (movie_id, title, year, genres, hidden, version)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        ON CONFLICT (movie_id) DO UPDATE SET title = excluded.title, year = excluded.year, genres = excluded.genres,
            hidden = excluded.hidden, version = excluded.version
        """;

    /// <summary>The movie of a row.</summary>
    public static Movie Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        TitleText.Original(row.GetString(1)),
        row.GetInt32(2),
        JsonSerializer.Deserialize(row.GetString(3), GenresJson.Default.IReadOnlyListString) ?? [],
        row.GetBoolean(4));

    /// <summary>All movies of the result.</summary>
    public static async Task<List<Movie>> ReadAllAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        var movies = new List<Movie>();
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            movies.Add(Read(rows));
        }

        return movies;
    }

    /// <summary>Writes the movies, which get the versions from <paramref name="firstVersion"/> on.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<Movie> movies, long firstVersion, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Upsert, connection)
        {
            Parameters =
            {
                Of(NpgsqlDbType.Bigint, movies.Select(movie => movie.MovieId)),
                Of(NpgsqlDbType.Text, movies.Select(movie => TitleText.Stored(movie.Title))),
                Of(NpgsqlDbType.Integer, movies.Select(movie => movie.Year)),
                Of(NpgsqlDbType.Text, movies.Select(movie => JsonSerializer.Serialize(movie.Genres, GenresJson.Default.IReadOnlyListString))),
                Of(NpgsqlDbType.Boolean, movies.Select(movie => movie.Hidden)),
                Of(NpgsqlDbType.Bigint, movies.Select((_, i) => firstVersion + i)),
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlParameter Of<T>(NpgsqlDbType type, IEnumerable<T> values) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = values.ToArray() };

    [JsonSerializable(typeof(IReadOnlyList<string>))]
    private sealed partial class GenresJson : JsonSerializerContext;
}
