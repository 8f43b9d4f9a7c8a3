using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Tests.Fakes;

internal sealed class FakeAccessService(FakeServerState state) : AccessService.AccessServiceBase
{
    public override Task<CreateKeyResponse> CreateKey(CreateKeyRequest request, ServerCallContext context)
    {
        state.Check(context);
        state.Requests.Enqueue(request);
        return Task.FromResult(new CreateKeyResponse
        {
            Key = new Key { KeyId = "0123456789abcdef", Role = request.Role, ExpiresAt = request.ExpiresAt },
            Secret = "ocf_0123456789abcdef_secret",
        });
    }

    public override Task<ListKeysResponse> ListKeys(ListKeysRequest request, ServerCallContext context)
    {
        state.Check(context);
        return Task.FromResult(new ListKeysResponse
        {
            Keys = { new Key { KeyId = "0123456789abcdef", Role = Role.Writer, CreatedAt = new() { Seconds = 1_700_000_000 } } },
        });
    }

    public override Task<RevokeKeyResponse> RevokeKey(RevokeKeyRequest request, ServerCallContext context)
    {
        state.Check(context);
        state.Requests.Enqueue(request);
        return Task.FromResult(new RevokeKeyResponse());
    }
}
