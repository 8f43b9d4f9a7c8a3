using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OnlineCF.Core.Access;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Access;
using OnlineCF.Server.Errors;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Services;

/// <summary>Keys made, listed and revoked.</summary>
public sealed class AccessGrpcService(IKeyStore store, KeyTable keys, AccessOptions options, TimeProvider time) : AccessService.AccessServiceBase
{
    /// <inheritdoc/>
    public override async Task<CreateKeyResponse> CreateKey(CreateKeyRequest request, ServerCallContext context)
    {
        RequireKeys();
        var role = request.Role is >= Role.Reader and <= Role.Admin
            ? (AccessRole)request.Role : throw Refusals.Invalid("role", "must be READER, WRITER or ADMIN");
        if (RatingValidation.FaultOfTime(request.ExpiresAt) is { } fault)
        {
            throw Refusals.Invalid("expires_at", fault);
        }

        var (now, expiresAt) = (time.GetUtcNow(), RatingValidation.MicrosOf(request.ExpiresAt));
        var end = expiresAt is { } micros ? DateTimeOffset.UnixEpoch.AddMicroseconds(micros) : (DateTimeOffset?)null;
        if (end <= now)
        {
            throw Refusals.Invalid("expires_at", "is past");
        }

        var (key, text) = KeyText.Create(role, now, end);
        await store.AddAsync(key, context.CancellationToken);
        await keys.RefreshAsync(context.CancellationToken);
        return new CreateKeyResponse { Key = ToProto(key), Secret = text };
    }

    /// <inheritdoc/>
    public override async Task<ListKeysResponse> ListKeys(ListKeysRequest request, ServerCallContext context)
    {
        var response = new ListKeysResponse();
        response.Keys.AddRange((await store.ListAsync(context.CancellationToken)).Select(ToProto));
        return response;
    }

    /// <inheritdoc/>
    public override async Task<RevokeKeyResponse> RevokeKey(RevokeKeyRequest request, ServerCallContext context)
    {
        RequireKeys();
        if (request.KeyId.Length == 0)
        {
            throw Refusals.Invalid("key_id", "is empty");
        }

        if (!await store.RevokeAsync(request.KeyId, time.GetUtcNow(), context.CancellationToken))
        {
            throw Refusals.NotFound("There is no key of this id.");
        }

        await keys.RefreshAsync(context.CancellationToken);
        return new RevokeKeyResponse();
    }

    // Whoever made a key while nobody was asked for one would have it when all are.
    private void RequireKeys()
    {
        if (!options.Keys)
        {
            throw Refusals.Precondition(
                "Access:Keys is off: nobody is asked for a key. The first start with Access:Keys=on makes one for an administrator.");
        }
    }

    private static Key ToProto(AccessKey key) => new()
    {
        KeyId = key.KeyId,
        Role = (Role)key.Role,
        CreatedAt = Timestamp.FromDateTimeOffset(key.CreatedAt),
        ExpiresAt = key.ExpiresAt is { } end ? Timestamp.FromDateTimeOffset(end) : null,
        RevokedAt = key.RevokedAt is { } revoked ? Timestamp.FromDateTimeOffset(revoked) : null,
    };
}
