using System.Text.Json;
using System.Text.Json.Serialization;
using OnlineCF.Core.Catalogue;
using OnlineCF.Storage.Sqlite.Database;

namespace OnlineCF.Storage.Sqlite.Catalogue;

/// <summary>
/// The catalogue as a table. Each change of a movie gets the next
/// version, so that a page of changes can end anywhere.
/// </summary>
/// <param name="store">The database, which stays the caller's to dispose.</param>
public sealed partial class SqliteCatalog(SqliteStore store) : ICatalog
{
    private const string SelectVersion = "SELECT max(version) FROM movies";

    private const string Upsert = """
        INSERT OR REPLACE INTO movies (movie_id, title, year, genres, hidden, version)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """;

    private const string Select = "SELECT movie_id, title, year, genres, hidden FROM movies ";
    private const string SelectOne = Select + "WHERE movie_id = ?1";

    private const string SelectChanges =
        "SELECT movie_id, title, year, genres, hidden, version FROM movies WHERE version > ?1 ORDER BY version LIMIT ?2";

    /// <inheritdoc/>
    public ValueTask<long> UpsertAsync(IReadOnlyList<MovieUpdate> movies, CancellationToken cancellationToken) =>
        store.Writer.RunAsync(new UpsertWork(movies), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Movie?> FindAsync(long movieId, CancellationToken cancellationToken) =>
        store.Readers.Catalogue.RunAsync(session => Find(session, movieId), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CatalogueChanges> ReadChangesAsync(
        long afterVersion, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return store.Readers.Catalogue.RunAsync(
            session =>
            {
                using var rows = session.Use(SelectChanges).Bind(1, afterVersion).Bind(2, limit);
                var movies = new List<Movie>();
                var version = afterVersion;
                while (rows.Step())
                {
                    movies.Add(ReadMovie(rows));
                    version = rows.Int64(5);
                }

                return new CatalogueChanges(movies, version);
            },
            cancellationToken);
    }

    private static Movie? Find(SqliteSession session, long movieId)
    {
        using var rows = session.Use(SelectOne).Bind(1, movieId);
        return rows.Step() ? ReadMovie(rows) : null;
    }

    private static Movie ReadMovie(SqliteStatement rows) => new(
        rows.Int64(0),
        rows.Text(1),
        rows.Int32(2),
        JsonSerializer.Deserialize(rows.Blob(3), GenresJson.Default.IReadOnlyListString) ?? [],
        rows.Int32(4) != 0);

    private sealed class UpsertWork(IReadOnlyList<MovieUpdate> movies) : WriteWork<long>
    {
        public override int Weight => movies.Count;

        protected override long Write(SqliteSession session)
        {
            var version = session.ReadInt64(SelectVersion);
            using var upsert = session.Use(Upsert);
            foreach (var update in movies)
            {
                var movie = update.Fields == MovieFields.All
                    ? update.Movie
                    : update.AppliedTo(Find(session, update.Movie.MovieId));

                upsert.Bind(1, movie.MovieId).Bind(2, movie.Title).Bind(3, movie.Year)
                    .Bind(4, JsonSerializer.Serialize(movie.Genres, GenresJson.Default.IReadOnlyListString))
                    .Bind(5, movie.Hidden ? 1L : 0L).Bind(6, ++version).Run();
            }

            return version;
        }
    }

    [JsonSerializable(typeof(IReadOnlyList<string>))]
    private sealed partial class GenresJson : JsonSerializerContext;
}
