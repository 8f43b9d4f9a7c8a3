using Npgsql;
using OnlineCF.Core.Catalogue;

namespace OnlineCF.Storage.Postgres.Catalogue;

/// <summary>
/// The catalogue as a table with an index over the words of the titles. Each change of a movie gets the next version,
/// under the lock of one row, so that a page of changes can end anywhere, whichever silo makes them.
/// </summary>
/// <param name="store">The database, which stays the caller's to dispose.</param>
public sealed class PostgresCatalog(PostgresStore store) : ICatalog
{
    private const string LockVersion = "SELECT version FROM catalogue_version FOR UPDATE";
    private const string KeepVersion = "UPDATE catalogue_version SET version = $1";
    private const string SelectOne = $"SELECT {MovieRows.Columns} FROM movies AS m WHERE m.movie_id = $1";
    private const string SelectSome = $"SELECT {MovieRows.Columns} FROM movies AS m WHERE m.movie_id = ANY ($1)";

    private const string SelectChanges =
        $"SELECT {MovieRows.Columns}, m.version FROM movies AS m WHERE m.version > $1 ORDER BY m.version LIMIT $2";

    /// <inheritdoc/>
    public ValueTask<long> UpsertAsync(IReadOnlyList<MovieUpdate> movies, CancellationToken cancellationToken) =>
        store.CommitAsync((connection, token) => UpsertAsync(connection, movies, token), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Movie?> FindAsync(long movieId, CancellationToken cancellationToken) => store.RunAsync(
        async (connection, token) =>
        {
            await using var rows = await QueryAsync(connection, SelectOne, token, movieId).ConfigureAwait(false);
            return await rows.ReadAsync(token).ConfigureAwait(false) ? MovieRows.Read(rows) : null;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CatalogueChanges> ReadChangesAsync(
        long afterVersion, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return store.RunAsync(
            async (connection, token) =>
            {
                await using var rows = await QueryAsync(connection, SelectChanges, token, afterVersion, limit).ConfigureAwait(false);
                var (movies, version) = (new List<Movie>(), afterVersion);
                while (await rows.ReadAsync(token).ConfigureAwait(false))
                {
                    movies.Add(MovieRows.Read(rows));
                    version = rows.GetInt64(5);
                }

                return new CatalogueChanges(movies, version);
            },
            cancellationToken);
    }

    private static async Task<long> UpsertAsync(
        NpgsqlConnection connection, IReadOnlyList<MovieUpdate> updates, CancellationToken cancellationToken)
    {
        await using var lockVersion = new NpgsqlCommand(LockVersion, connection);
        var version = (long)(await lockVersion.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        if (updates.Count == 0)
        {
            return version;
        }

        var changed = await ApplyAsync(connection, updates, cancellationToken).ConfigureAwait(false);
        await MovieRows.WriteAsync(connection, changed, version + 1, cancellationToken).ConfigureAwait(false);
        version += changed.Count;
        await using var keep = new NpgsqlCommand(KeepVersion, connection) { Parameters = { new() { Value = version } } };
        await keep.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return version;
    }

    /// <returns>Each movie once, as it is after the last update of it, in the order of these.</returns>
    private static async Task<List<Movie>> ApplyAsync(
        NpgsqlConnection connection, IReadOnlyList<MovieUpdate> updates, CancellationToken cancellationToken)
    {
        long[] partly = [.. updates.Where(update => update.Fields != MovieFields.All).Select(update => update.Movie.MovieId).Distinct()];
        var movies = new OrderedDictionary<long, Movie>();
        var before = new Dictionary<long, Movie>();
        if (partly.Length > 0)
        {
            await using var rows = await QueryAsync(connection, SelectSome, cancellationToken, partly).ConfigureAwait(false);
            before = (await MovieRows.ReadAllAsync(rows, cancellationToken).ConfigureAwait(false)).ToDictionary(movie => movie.MovieId);
        }

        foreach (var update in updates)
        {
            movies.Remove(update.Movie.MovieId, out var earlier);
            movies.Add(update.Movie.MovieId, update.AppliedTo(earlier ?? before.GetValueOrDefault(update.Movie.MovieId)));
        }

        return [.. movies.Values];
    }

    private static async Task<NpgsqlDataReader> QueryAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] arguments)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(Array.ConvertAll(arguments, argument => new NpgsqlParameter { Value = argument }));
        return await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
    }
}
