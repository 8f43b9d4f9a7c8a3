using Npgsql;
using OnlineCF.Core.Access;

namespace OnlineCF.Storage.Postgres.Access;

/// <summary>Keys as rows of the shared database.</summary>
/// <param name="store">The database, which stays the caller's to dispose.</param>
public sealed class PostgresKeyStore(PostgresStore store) : IKeyStore
{
    private const string Insert =
        "INSERT INTO access_keys (key_id, role, salt, hash, created_at, expires_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";

    // Of two that look at once, the second sees what the first has put in.
    private const string Lock = "LOCK TABLE access_keys IN SHARE ROW EXCLUSIVE MODE";

    private const string InsertFirst = """
        INSERT INTO access_keys (key_id, role, salt, hash, created_at, expires_at, revoked_at)
        SELECT $1, $2, $3, $4, $5, $6::timestamptz, $7::timestamptz
        WHERE NOT EXISTS (
            SELECT FROM access_keys WHERE role = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $8))
        """;

    private const string Select =
        "SELECT key_id, role, salt, hash, created_at, expires_at, revoked_at FROM access_keys ORDER BY created_at, key_id";

    private const string Revoke =
        "UPDATE access_keys SET revoked_at = coalesce(revoked_at, $2) WHERE key_id = $1";

    /// <inheritdoc/>
    public async ValueTask AddAsync(AccessKey key, CancellationToken cancellationToken) => await store.CommitAsync(
        async (connection, token) => await ExecuteAsync(
            connection, Insert, token, ValuesOf(key)).ConfigureAwait(false),
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<bool> TryAddFirstAdminAsync(AccessKey key, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.CommitAsync(
            async (connection, token) =>
            {
                await ExecuteAsync(connection, Lock, token).ConfigureAwait(false);
                return await ExecuteAsync(connection, InsertFirst, token, [.. ValuesOf(key), now.UtcDateTime]).ConfigureAwait(false) > 0;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AccessKey>> ListAsync(CancellationToken cancellationToken) =>
        store.RunAsync<IReadOnlyList<AccessKey>>(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(Select, connection);
                await using var rows = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                var keys = new List<AccessKey>();
                while (await rows.ReadAsync(token).ConfigureAwait(false))
                {
                    keys.Add(new AccessKey(
                        rows.GetString(0), (AccessRole)rows.GetInt16(1), rows.GetFieldValue<byte[]>(2), rows.GetFieldValue<byte[]>(3),
                        rows.GetFieldValue<DateTimeOffset>(4), TimeOf(rows, 5), TimeOf(rows, 6)));
                }

                return keys;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> RevokeAsync(string keyId, DateTimeOffset revokedAt, CancellationToken cancellationToken) =>
        await store.CommitAsync(
            async (connection, token) =>
                await ExecuteAsync(connection, Revoke, token, keyId, revokedAt.UtcDateTime).ConfigureAwait(false) > 0,
            cancellationToken).ConfigureAwait(false);

    private static object[] ValuesOf(AccessKey key) =>
    [
        key.KeyId, (short)key.Role, key.Salt.ToArray(), key.Hash.ToArray(), key.CreatedAt.UtcDateTime,
        ValueOf(key.ExpiresAt), ValueOf(key.RevokedAt),
    ];

    private static object ValueOf(DateTimeOffset? time) => time is { } known ? known.UtcDateTime : DBNull.Value;

    private static DateTimeOffset? TimeOf(NpgsqlDataReader rows, int column) =>
        rows.IsDBNull(column) ? null : rows.GetFieldValue<DateTimeOffset>(column);

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken token, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
    }
}
