using OnlineCF.Core.Access;

namespace OnlineCF.Server.Access;

/// <summary>Who calls, and what they may.</summary>
/// <param name="Name">For the log.</param>
/// <param name="Role">What they may; null for nothing.</param>
/// <param name="Key">The key that they came with; null with a token.</param>
/// <param name="ExpiresAt">When what they came with is good no longer.</param>
public sealed record Caller(string Name, AccessRole? Role, AccessKey? Key, DateTimeOffset? ExpiresAt)
{
    /// <summary>Who has a key.</summary>
    public static Caller Of(AccessKey key) => new($"key {key.KeyId}", key.Role, key, key.ExpiresAt);
}
