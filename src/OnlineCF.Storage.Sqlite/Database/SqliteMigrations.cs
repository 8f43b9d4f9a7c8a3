namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>The steps from an empty file to the current schema; a step that has shipped never changes.</summary>
internal static class SqliteMigrations
{
    /// <summary>Step i makes version i + 1 from version i.</summary>
    public static IReadOnlyList<string> All { get; } = [Version1, Version2, Version3, Version4, Version5];

    // The floats of a rating are exact as REAL. The two indexes are tables, filled some time after the log:
    // they have every entry up to rating_log_indexed, and maybe some after it. rating_log_end is the highest
    // sequence given, kept whenever the rows that show it go; rating_log_erasures has the deletions that
    // stand for erased ratings.
    private const string Version1 = """
        CREATE TABLE rating_log (
            sequence INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL,
            user_id INTEGER NOT NULL,
            movie_id INTEGER NOT NULL,
            value REAL NOT NULL,
            rated_at_micros INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE rating_log_by_user (
            user_id INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (user_id, sequence)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE rating_log_by_movie (
            movie_id INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (movie_id, sequence)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE rating_log_indexed (id INTEGER PRIMARY KEY CHECK (id = 0), sequence INTEGER NOT NULL) STRICT;
        CREATE TABLE rating_log_end (id INTEGER PRIMARY KEY CHECK (id = 0), sequence INTEGER NOT NULL) STRICT;
        CREATE TABLE rating_log_erasures (sequence INTEGER PRIMARY KEY) STRICT;

        CREATE TABLE movies (
            movie_id INTEGER PRIMARY KEY,
            title TEXT NOT NULL,
            year INTEGER NOT NULL,
            genres TEXT NOT NULL,
            hidden INTEGER NOT NULL,
            words INTEGER NOT NULL,
            version INTEGER NOT NULL UNIQUE
        ) STRICT;
        CREATE VIRTUAL TABLE movie_titles USING fts5 (
            title, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
        );

        CREATE TABLE stream_checkpoints (
            partition INTEGER PRIMARY KEY,
            sequence INTEGER NOT NULL,
            state BLOB NOT NULL
        ) STRICT;
        """;

    // What an entry replaces, 0 where it replaces nothing; known of older entries from the ratings before them.
    // rating_log_forgotten is how far deletions of erased users are dropped.
    private const string Version2 = """
        ALTER TABLE rating_log ADD COLUMN replaced_value REAL NOT NULL DEFAULT 0;
        ALTER TABLE rating_log ADD COLUMN replaced_at_micros INTEGER NOT NULL DEFAULT 0;
        UPDATE rating_log SET replaced_value = before.value, replaced_at_micros = before.rated_at_micros
        FROM (
            SELECT sequence, lag(kind) OVER pair AS kind, lag(value) OVER pair AS value,
                lag(rated_at_micros) OVER pair AS rated_at_micros
            FROM rating_log
            WINDOW pair AS (PARTITION BY user_id, movie_id ORDER BY sequence)
        ) AS before
        WHERE before.sequence = rating_log.sequence AND before.kind = 0
            AND rating_log.sequence NOT IN (SELECT sequence FROM rating_log_erasures);
        CREATE TABLE rating_log_forgotten (id INTEGER PRIMARY KEY CHECK (id = 0), sequence INTEGER NOT NULL) STRICT;
        """;

    // A subscriber's state is rows, and belongs to a number of partitions. What was saved in one piece before is made
    // again from the log.
    private const string Version3 = """
        DROP TABLE stream_checkpoints;
        CREATE TABLE stream_partitions (id INTEGER PRIMARY KEY CHECK (id = 0), partitions INTEGER NOT NULL) STRICT;
        CREATE TABLE stream_checkpoints (partition INTEGER PRIMARY KEY, sequence INTEGER NOT NULL) STRICT;
        CREATE TABLE stream_rows (
            partition INTEGER NOT NULL, key INTEGER NOT NULL, state BLOB NOT NULL, PRIMARY KEY (partition, key)
        ) STRICT, WITHOUT ROWID;
        """;

    // Keys by which callers are known, of which there is only a salted hash. Times are 0 for none.
    private const string Version4 = """
        CREATE TABLE access_keys (
            key_id TEXT PRIMARY KEY,
            role INTEGER NOT NULL,
            salt BLOB NOT NULL,
            hash BLOB NOT NULL,
            created_at_micros INTEGER NOT NULL,
            expires_at_micros INTEGER NOT NULL,
            revoked_at_micros INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """;

    // Titles are searched in memory.
    private const string Version5 = """
        DROP TABLE movie_titles;
        ALTER TABLE movies DROP COLUMN words;
        """;
}
