using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using OnlineCF.Cli.Commands;
using OnlineCF.Core.Archives;
using OnlineCF.Protocol.V1;
using ArchiveContents = OnlineCF.Protocol.V1.ArchiveContents;

namespace OnlineCF.Cli.Archives;

/// <summary>Archives over the wire.</summary>
internal static class ArchiveTransfer
{
    private const int ChunkBytes = 256 * 1024;
    private const int SlowestEntriesPerSecond = 10_000;
    private static readonly TimeSpan MostPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>Fetches an archive into a file that is not there; what is cut short is deleted.</summary>
    public static async Task FetchAsync(
        ServerConnection connection, string path, ArchiveContents contents, IProgress<ArchiveProgress> progress, CancellationToken cancel)
    {
        var draft = path + ".tmp";
        try
        {
            await using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write))
            {
                using var call = connection.Store.ExportStore(new ExportStoreRequest { Contents = contents }, cancellationToken: cancel);
                var size = 0L;
                await foreach (var answer in call.ResponseStream.ReadAllAsync(cancel))
                {
                    if (answer.ContentCase == ExportStoreResponse.ContentOneofCase.Progress)
                    {
                        progress.Report(new ArchiveProgress(answer.Progress.Part, answer.Progress.Done, answer.Progress.Total));
                        continue;
                    }

                    size = Math.Max(size, answer.SizeBytes);
                    await file.WriteAsync(answer.Chunk.Memory, cancel);
                    progress.Report(new ArchiveProgress("bytes received", file.Length, size));
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Sends an archive, and waits until the server serves what was in it.</summary>
    public static async Task<RestoreStoreResponse> SendAsync(
        ServerConnection connection, string path, IProgress<ArchiveProgress> progress, TimeProvider time, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        using var call = connection.Store.RestoreStore(cancellationToken: cancel);
        var chunk = new byte[ChunkBytes];
        try
        {
            for (int count; (count = await file.ReadAsync(chunk, cancel)) > 0;)
            {
                await call.RequestStream.WriteAsync(new RestoreStoreRequest { Chunk = ByteString.CopyFrom(chunk, 0, count) }, cancel);
                progress.Report(new ArchiveProgress("bytes sent", file.Position, file.Length));
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The answer says why.
        }

        var answer = await call.ResponseAsync;
        progress.Report(new ArchiveProgress("the server fills its store", 0, 0));
        await WaitUntilServedAsync(connection, answer, time, cancel);
        return answer;
    }

    // It ends and begins again: what was asked of it in between fails, or is answered by the one that ends.
    private static async Task WaitUntilServedAsync(
        ServerConnection connection, RestoreStoreResponse restored, TimeProvider time, CancellationToken cancel)
    {
        var patience = MostPatience + TimeSpan.FromSeconds(restored.Sequence / SlowestEntriesPerSecond);
        var begunAt = time.GetTimestamp();
        while (true)
        {
            if (time.GetElapsedTime(begunAt) > patience)
            {
                throw new CommandException(
                    ExitCodes.NoServer, $"The server has the archive, but did not serve it within {patience.TotalMinutes:0} minutes. Its own output says why.");
            }

            await Task.Delay(BetweenLooks, time, cancel);
            try
            {
                var health = await connection.Health.CheckAsync(new HealthCheckRequest(), ServerConnection.Unary(cancel));
                var training = await connection.Training.GetTrainingAsync(new GetTrainingRequest(), ServerConnection.Unary(cancel));
                if (health.Status == HealthCheckResponse.Types.ServingStatus.Serving && training.Sequence >= restored.Sequence && training.ModelVersion >= restored.ServingVersion)
                {
                    return;
                }
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled)
            {
                // Between the two.
            }
        }
    }
}
