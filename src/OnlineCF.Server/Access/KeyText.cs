using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OnlineCF.Core.Access;

namespace OnlineCF.Server.Access;

/// <summary>A key as callers send it: ocf_ID_SECRET, the id in hexadecimal, the secret 256 random bits in base64url.</summary>
internal static class KeyText
{
    private const string Prefix = "ocf_";
    private const int IdBytes = 8;
    private const int SecretBytes = 32;

    /// <summary>A new key: what is kept of it, and what its bearer sends.</summary>
    public static (AccessKey Key, string Text) Create(AccessRole role, DateTimeOffset now, DateTimeOffset? expiresAt)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var salt = RandomNumberGenerator.GetBytes(IdBytes);

        // To the microsecond, as it is kept.
        var createdAt = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        return (new AccessKey(id, role, salt, HashOf(salt, secret), createdAt, expiresAt, null), $"{Prefix}{id}_{secret}");
    }

    /// <summary>Whether a text is meant to be a key.</summary>
    public static bool IsKey(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The id and the secret of a text that has the form of a key.</summary>
    public static bool TrySplit(string text, out string id, out string secret)
    {
        (id, secret) = ("", "");
        var end = Prefix.Length + (2 * IdBytes);
        if (!IsKey(text) || text.Length <= end + 1 || text.Length > 100 || text[end] != '_')
        {
            return false;
        }

        (id, secret) = (text[Prefix.Length..end], text[(end + 1)..]);
        return true;
    }

    /// <summary>Whether a secret is that of a key; takes as long whatever the answer.</summary>
    public static bool IsOf(AccessKey key, string secret) =>
        CryptographicOperations.FixedTimeEquals(HashOf(key.Salt.Span, secret), key.Hash.Span);

    private static byte[] HashOf(ReadOnlySpan<byte> salt, string secret) =>
        SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(secret)]);
}
