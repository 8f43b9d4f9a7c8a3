using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using OnlineCF.Core.Archives;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Errors;
using OnlineCF.Server.Hosting;
using OnlineCF.Server.Settings;
using OnlineCF.Storage.Archives;
using ArchiveContents = OnlineCF.Core.Archives.ArchiveContents;

namespace OnlineCF.Server.Services;

/// <summary>The store as a whole: out of the server, and into one whose store is empty.</summary>
public sealed class StoreGrpcService(
    ArchivedStore store, PendingRestore restore, ClusterOptions cluster, StreamLife life, IHostApplicationLifetime lifetime,
    TimeProvider time) : StoreService.StoreServiceBase
{
    private const int ChunkBytes = 256 * 1024;

    // Each costs a pass over the log, and room on the disk.
    private int _underWay;

    /// <inheritdoc/>
    public override async Task ExportStore(
        ExportStoreRequest request, IServerStreamWriter<ExportStoreResponse> responseStream, ServerCallContext context)
    {
        var contents = Enum.IsDefined(request.Contents)
            ? (ArchiveContents)request.Contents
            : throw Refusals.Invalid("contents", "is none that this server knows");
        if (contents == ArchiveContents.Factors && await store.Models.GetServingVersionAsync(context.CancellationToken) == 0)
        {
            throw Refusals.Precondition("There is no model yet whose factors could be exported.");
        }

        await AloneAsync(async path =>
        {
            using var stop = life.Of(context);
            await MakeAsync(path, contents, responseStream, stop.Token);
            await SendAsync(path, responseStream, stop.Token);
            return path;
        });
    }

    /// <inheritdoc/>
    public override async Task<RestoreStoreResponse> RestoreStore(
        IAsyncStreamReader<RestoreStoreRequest> requestStream, ServerCallContext context)
    {
        if (!restore.IsServedAgain || cluster.IsShared)
        {
            throw Refusals.Precondition(
                "This server restores nothing while it runs: its store is shared by silos, or it runs inside another program. Stop all of them and run 'onlinecf restore' on the store itself.");
        }

        using var stop = life.Of(context);
        await RefuseFullAsync(stop.Token);
        return await AloneAsync(async path =>
        {
            await ReceiveAsync(path, requestStream, stop.Token);
            var manifest = await CheckAsync(path, stop.Token);

            // Ratings may have come while the archive did.
            await RefuseFullAsync(stop.Token);
            var kept = restore.NewFile();
            File.Move(path, kept);
            restore.Set(kept);
            context.GetHttpContext().Response.OnCompleted(() =>
            {
                lifetime.StopApplication();
                return Task.CompletedTask;
            });
            return new RestoreStoreResponse
            {
                Sequence = manifest.Log.Sequence,
                Ratings = manifest.Ratings,
                Movies = manifest.Movies,
                ServingVersion = manifest.ModelMarks.Serving,
            };
        });
    }

    private async Task<TResult> AloneAsync<TResult>(Func<string, Task<TResult>> work)
    {
        if (Interlocked.Exchange(ref _underWay, 1) != 0)
        {
            throw Refusals.Exhausted("An export or a restore is under way on this server; try again when it has ended.");
        }

        var path = "";
        try
        {
            path = restore.NewFile();
            return await work(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"The archive cannot be kept on the server's disk: {e.Message}"));
        }
        finally
        {
            File.Delete(path);
            Volatile.Write(ref _underWay, 0);
        }
    }

    private async Task MakeAsync(
        string path, ArchiveContents contents, IServerStreamWriter<ExportStoreResponse> responses, CancellationToken cancellationToken)
    {
        var reports = Channel.CreateBounded<ArchiveProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        async Task Make()
        {
            try
            {
                await new StoreExport(store, time, new Reports(reports.Writer)).WriteAsync(path, contents, cancellationToken);
            }
            finally
            {
                reports.Writer.Complete();
            }
        }

        var making = Task.Run(Make, cancellationToken);
        await foreach (var report in reports.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                await responses.WriteAsync(
                    new ExportStoreResponse { Progress = new ExportProgress { Part = report.Part, Done = report.Done, Total = report.Total } },
                    CancellationToken.None);
            }
        }

        await making;
    }

    private static async Task SendAsync(string path, IServerStreamWriter<ExportStoreResponse> responses, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var size = file.Length;
        var chunk = new byte[ChunkBytes];
        for (int count; (count = await file.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancellationToken)) > 0; size = 0)
        {
            await responses.WriteAsync(
                new ExportStoreResponse { Chunk = ByteString.CopyFrom(chunk, 0, count), SizeBytes = size }, cancellationToken);
        }
    }

    private static async Task ReceiveAsync(string path, IAsyncStreamReader<RestoreStoreRequest> requests, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        await foreach (var request in requests.ReadAllAsync(cancellationToken))
        {
            await file.WriteAsync(request.Chunk.Memory, cancellationToken);
        }
    }

    private static async Task<ArchiveManifest> CheckAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var archive = StoreRestore.Open(path, Path.GetDirectoryName(path)!);
            await archive.CheckAsync(cancellationToken);
            return archive.Manifest;
        }
        catch (InvalidDataException e)
        {
            throw Refusals.Invalid("chunk", $"is of no whole archive: {e.Message.Replace(path, "what came", StringComparison.Ordinal)}");
        }
    }

    private async Task RefuseFullAsync(CancellationToken cancellationToken)
    {
        var marks = await store.Transfer.ReadMarksAsync(cancellationToken);
        var movies = await store.Catalog.ReadChangesAsync(0, 1, cancellationToken);
        var models = await store.Transfer.ReadModelMarksAsync(cancellationToken);
        if (marks.Sequence > 0 || movies.Movies.Count > 0 || models.Next > 1)
        {
            throw Refusals.Precondition("There are ratings, movies or models in this server's store; an archive is restored into an empty one.");
        }
    }

    private sealed class Reports(ChannelWriter<ArchiveProgress> writer) : IProgress<ArchiveProgress>
    {
        public void Report(ArchiveProgress value) => writer.TryWrite(value);
    }
}
