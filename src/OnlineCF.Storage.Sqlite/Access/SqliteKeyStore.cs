using OnlineCF.Core.Access;
using OnlineCF.Storage.Sqlite.Database;

namespace OnlineCF.Storage.Sqlite.Access;

/// <summary>Keys as rows of the embedded database; times are microseconds since 1970, 0 for none.</summary>
/// <param name="store">The database, which stays the caller's to dispose.</param>
public sealed class SqliteKeyStore(SqliteStore store) : IKeyStore
{
    private const string Insert = """
        INSERT INTO access_keys (key_id, role, salt, hash, created_at_micros, expires_at_micros, revoked_at_micros)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """;

    private const string Select = """
        SELECT key_id, role, salt, hash, created_at_micros, expires_at_micros, revoked_at_micros
        FROM access_keys ORDER BY created_at_micros, key_id
        """;

    private const string SelectGoodAdmin = """
        SELECT 1 FROM access_keys
        WHERE role = ?1 AND revoked_at_micros = 0 AND (expires_at_micros = 0 OR expires_at_micros > ?2)
        """;

    private const string SelectOne = "SELECT 1 FROM access_keys WHERE key_id = ?1";
    private const string Revoke = "UPDATE access_keys SET revoked_at_micros = ?2 WHERE key_id = ?1 AND revoked_at_micros = 0";

    /// <inheritdoc/>
    public async ValueTask AddAsync(AccessKey key, CancellationToken cancellationToken) => await store.Writer.RunAsync(
        new WriteFunction<bool>(session =>
        {
            Add(session, key);
            return true;
        }),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> TryAddFirstAdminAsync(AccessKey key, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.Writer.RunAsync(
            new WriteFunction<bool>(session =>
            {
                using (var good = session.Use(SelectGoodAdmin).Bind(1, (long)AccessRole.Admin).Bind(2, MicrosOf(now)))
                {
                    if (good.Step())
                    {
                        return false;
                    }
                }

                Add(session, key);
                return true;
            }),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AccessKey>> ListAsync(CancellationToken cancellationToken) =>
        store.Readers.Log.RunAsync<IReadOnlyList<AccessKey>>(
            session =>
            {
                using var rows = session.Use(Select);
                var keys = new List<AccessKey>();
                while (rows.Step())
                {
                    keys.Add(new AccessKey(
                        rows.Text(0), (AccessRole)rows.Int32(1), rows.Blob(2).ToArray(), rows.Blob(3).ToArray(),
                        TimeOf(rows.Int64(4))!.Value, TimeOf(rows.Int64(5)), TimeOf(rows.Int64(6))));
                }

                return keys;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> RevokeAsync(string keyId, DateTimeOffset revokedAt, CancellationToken cancellationToken) =>
        store.Writer.RunAsync(
            new WriteFunction<bool>(session =>
            {
                using (var known = session.Use(SelectOne).Bind(1, keyId))
                {
                    if (!known.Step())
                    {
                        return false;
                    }
                }

                using var revoke = session.Use(Revoke).Bind(1, keyId).Bind(2, MicrosOf(revokedAt));
                revoke.Run();
                return true;
            }),
            cancellationToken);

    private static void Add(SqliteSession session, AccessKey key)
    {
        using var insert = session.Use(Insert);
        insert.Bind(1, key.KeyId).Bind(2, (long)key.Role).Bind(3, key.Salt.Span).Bind(4, key.Hash.Span)
            .Bind(5, MicrosOf(key.CreatedAt)).Bind(6, MicrosOf(key.ExpiresAt)).Bind(7, MicrosOf(key.RevokedAt)).Run();
    }

    private static long MicrosOf(DateTimeOffset? time) =>
        time is { } known ? (long)(known - DateTimeOffset.UnixEpoch).TotalMicroseconds : 0;

    private static DateTimeOffset? TimeOf(long micros) => micros == 0 ? null : DateTimeOffset.UnixEpoch.AddMicroseconds(micros);
}
