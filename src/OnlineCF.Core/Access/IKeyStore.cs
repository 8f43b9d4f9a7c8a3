namespace OnlineCF.Core.Access;

/// <summary>What the bearer of a key may do; each role may do what those below it may. The numbers are stored; they never change.</summary>
public enum AccessRole
{
    /// <summary>Ask for lists, movies and the state of training.</summary>
    Reader = 1,

    /// <summary>Give ratings and take them away, too.</summary>
    Writer = 2,

    /// <summary>Everything: training, the catalogue, erasure, keys.</summary>
    Admin = 3,
}

/// <summary>A key as it is kept: nobody can make the key of it.</summary>
/// <param name="KeyId">Part of the key, and no secret.</param>
/// <param name="Role">What its bearer may do.</param>
/// <param name="Salt">Random.</param>
/// <param name="Hash">SHA-256 of the salt and the key's secret, which has 256 random bits.</param>
/// <param name="CreatedAt">When it was made, to the microsecond.</param>
/// <param name="ExpiresAt">From when on it is not taken; null for never.</param>
/// <param name="RevokedAt">From when on it is not taken because somebody said so; null where nobody did.</param>
public sealed record AccessKey(
    string KeyId, AccessRole Role, ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Hash,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    /// <summary>Whether it is taken at a moment.</summary>
    public bool IsGood(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);
}

/// <summary>Keys of all silos. A call that returns is durable; one that failed may be made again.</summary>
public interface IKeyStore
{
    /// <summary>Keeps a new key.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public ValueTask AddAsync(AccessKey key, CancellationToken cancellationToken);

    /// <summary>Keeps a new key of an administrator where none of an administrator is good; of several silos one does.</summary>
    /// <param name="key">The key.</param>
    /// <param name="now">When keys are good or not.</param>
    /// <param name="cancellationToken">Gives up; the key may be kept all the same.</param>
    /// <returns>Whether it is kept.</returns>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public ValueTask<bool> TryAddFirstAdminAsync(AccessKey key, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>All keys, those that are no longer taken among them, the oldest first.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public ValueTask<IReadOnlyList<AccessKey>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Lets a key be taken no longer; one that was revoked before keeps its time.</summary>
    /// <returns>False when there is no such key.</returns>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public ValueTask<bool> RevokeAsync(string keyId, DateTimeOffset revokedAt, CancellationToken cancellationToken);
}
