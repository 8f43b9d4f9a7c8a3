using Grpc.Core;
using OnlineCF.Core;
using OnlineCF.Core.Models;

namespace OnlineCF.Server.Tests.Errors;

/// <summary>Throws what it is asked for.</summary>
public interface IThrowingGrain : IGrainWithIntegerKey
{
    public Task<Orleans.Runtime.SiloAddress> WhereAsync();

    public Task ThrowAsync(string exception);
}

public sealed class ThrowingGrain(Orleans.Runtime.ILocalSiloDetails silo) : Grain, IThrowingGrain
{
    public Task<Orleans.Runtime.SiloAddress> WhereAsync() => Task.FromResult(silo.SiloAddress);

    public Task ThrowAsync(string exception) => Task.FromException(exception switch
    {
        nameof(StoreUnavailableException) => new StoreUnavailableException("The disk is full.", new IOException("no space")),
        nameof(RpcException) => new StoreUnavailableException(
            "The store refuses.", new InvalidOperationException("no", new RpcException(new Status(StatusCode.Internal, "of another package")))),
        nameof(ModelNotFoundException) => new ModelNotFoundException(7),
        nameof(CorruptSnapshotException) => new CorruptSnapshotException(8, "its checksum is wrong"),
        _ => new ArgumentOutOfRangeException(nameof(exception)),
    });
}
