using System.Text.Json;
using System.Text.Json.Serialization;
using OnlineCF.Core.Catalogue;
using OnlineCF.Storage.Sqlite.Database;

namespace OnlineCF.Storage.Sqlite.Catalogue;

/// <summary>
/// The catalogue as a table with a full-text index over the titles. Each change of a movie gets the next
/// version, so that a page of changes can end anywhere.
/// </summary>
/// <param name="store">The database, which stays the caller's to dispose.</param>
public sealed partial class SqliteCatalog(SqliteStore store) : ICatalog
{
    private const string SelectVersion = "SELECT max(version) FROM movies";

    private const string Upsert = """
        INSERT OR REPLACE INTO movies (movie_id, title, year, genres, hidden, words, version)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """;

    private const string SelectTitle = "SELECT 1 FROM movies WHERE movie_id = ?1 AND title = ?2";
    private const string UpsertTitle = "INSERT OR REPLACE INTO movie_titles (rowid, title) VALUES (?1, ?2)";
    private const string Select = "SELECT movie_id, title, year, genres, hidden FROM movies ";
    private const string SelectOne = Select + "WHERE movie_id = ?1";

    private const string SelectChanges =
        "SELECT movie_id, title, year, genres, hidden, version FROM movies WHERE version > ?1 ORDER BY version LIMIT ?2";

    // Every match has every word, so BM25 would only tell how many others the title has: fewest first says the
    // same for less. Of titles that have no others the shortest completes no prefix, and is the exact one.
    private const string SelectMatches = """
        SELECT m.movie_id, m.title, m.year, m.genres, m.hidden
        FROM movie_titles JOIN movies AS m ON m.movie_id = movie_titles.rowid
        WHERE movie_titles MATCH ?1 AND NOT m.hidden
        ORDER BY m.words, length(m.title), m.title, m.movie_id
        LIMIT ?2
        """;

    // Titles such as "$" or "…" have no word in the index.
    private const string SelectContaining = Select + """
        WHERE instr(title, ?1) > 0 AND NOT hidden
        ORDER BY length(title), title, movie_id
        LIMIT ?2
        """;

    /// <inheritdoc/>
    public ValueTask<long> UpsertAsync(IReadOnlyList<MovieUpdate> movies, CancellationToken cancellationToken) =>
        store.Writer.RunAsync(new UpsertWork(movies), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Movie?> FindAsync(long movieId, CancellationToken cancellationToken) =>
        store.Readers.Catalogue.RunAsync(session => Find(session, movieId), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Movie>> SearchAsync(string query, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return store.Readers.Searches.RunAsync<IReadOnlyList<Movie>>(session => Search(session, query, limit), cancellationToken);
    }

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

    private static List<Movie> Search(SqliteSession session, string query, int limit)
    {
        var words = TitleWords.Split(query);
        var text = query.Trim();
        if (words.Count == 0 && text.Length == 0)
        {
            return [];
        }

        using var rows = words.Count == 0
            ? session.Use(SelectContaining).Bind(1, text).Bind(2, limit)
            : session.Use(SelectMatches).Bind(1, ExpressionOf(words)).Bind(2, limit);
        var movies = new List<Movie>();
        while (rows.Step())
        {
            movies.Add(ReadMovie(rows));
        }

        return movies;
    }

    // All of the words, the last one as a prefix. Quoted words hold no quote and no NUL, so that any text makes a
    // valid expression.
    private static string ExpressionOf(IReadOnlyList<string> words) => $"\"{string.Join("\" \"", words)}\" *";

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
            using var upsertTitle = session.Use(UpsertTitle);
            foreach (var update in movies)
            {
                var movie = update.Fields == MovieFields.All
                    ? update.Movie
                    : update.AppliedTo(Find(session, update.Movie.MovieId));

                // Indexing a title is most of the work, and a catalogue imported again has the same titles.
                if (!HasTitle(session, movie))
                {
                    upsertTitle.Bind(1, movie.MovieId).Bind(2, movie.Title).Run();
                }

                upsert.Bind(1, movie.MovieId).Bind(2, movie.Title).Bind(3, movie.Year)
                    .Bind(4, JsonSerializer.Serialize(movie.Genres, GenresJson.Default.IReadOnlyListString))
                    .Bind(5, movie.Hidden ? 1L : 0L).Bind(6, TitleWords.Split(movie.Title).Count).Bind(7, ++version).Run();
            }

            return version;
        }

        private static bool HasTitle(SqliteSession session, Movie movie)
        {
            using var rows = session.Use(SelectTitle).Bind(1, movie.MovieId).Bind(2, movie.Title);
            return rows.Step();
        }
    }

    [JsonSerializable(typeof(IReadOnlyList<string>))]
    private sealed partial class GenresJson : JsonSerializerContext;
}
