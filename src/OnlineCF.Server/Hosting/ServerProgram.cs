using System.Globalization;
using Microsoft.AspNetCore.Connections;
using OnlineCF.Core;
using OnlineCF.Core.Archives;
using OnlineCF.Server.Settings;
using OnlineCF.Storage;
using OnlineCF.Training.Native;

namespace OnlineCF.Server.Hosting;

/// <summary>The process: starts the server, says where it is, and turns what a user can mend into one clear message.</summary>
internal static class ServerProgram
{
    /// <summary>Runs until the process is asked to end.</summary>
    /// <param name="args">Settings as <c>--Section:Key=value</c>.</param>
    /// <param name="ended">Cancelled when the process is asked to end.</param>
    /// <returns>0, or 1 when the server could not start.</returns>
    public static async Task<int> RunAsync(string[] args, CancellationToken ended)
    {
        if (args.Any(argument => argument is "--help" or "-h" or "-?"))
        {
            Console.Write(ServerHelp.Text);
            return 0;
        }

        if (args.Contains("--version"))
        {
            Console.WriteLine(typeof(ServerProgram).Assembly.GetName().Version!.ToString(3));
            return 0;
        }

        while (true)
        {
            var restore = (PendingRestore?)null;
            var exitCode = await ServeAsync(args, made => restore = made, ended);
            if (restore?.Archive is not { } archive || ended.IsCancellationRequested)
            {
                return exitCode;
            }

            if (await RestoreAsync(restore, archive, ended) is var failed and not 0)
            {
                return failed;
            }
        }
    }

    private static async Task<int> ServeAsync(string[] args, Action<PendingRestore> made, CancellationToken ended)
    {
        RunningServer server;
        try
        {
            server = await ServerHost.StartAsync(
                args,
                services => services.AddSingleton(provider =>
                {
                    var restore = new PendingRestore(provider.GetRequiredService<StorageOptions>()) { IsServedAgain = true };
                    made(restore);
                    return restore;
                }),
                ended);
        }
        catch (Exception) when (ended.IsCancellationRequested)
        {
            // Whatever was half started says so in its own way; nothing was acknowledged yet.
            Console.WriteLine("Stopped before it served.");
            return 0;
        }
        catch (Exception exception) when (MessageFor(exception) is { } message)
        {
            await Console.Error.WriteLineAsync($"OnlineCF cannot start. {message}");
            return 1;
        }

        await using (server)
        {
            Console.WriteLine($"OnlineCF serves gRPC at {server.GrpcAddress} and HTTP at {server.HttpAddress}. Ratings and models are kept in {server.StorePlace}. Ctrl-C ends it.");
            await server.WaitForShutdownAsync(ended);
        }

        Console.WriteLine("Stopped. What was acknowledged is kept.");

        return 0;
    }

    private static async Task<int> RestoreAsync(PendingRestore restore, string archive, CancellationToken ended)
    {
        Console.WriteLine("Restoring the archive that has come.");
        try
        {
            var manifest = await StoreArchives.RestoreAsync(restore.Place, archive, new Progress<ArchiveProgress>(), ended);
            File.Delete(archive);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Restored {manifest.Ratings:N0} ratings and {manifest.Movies:N0} movies, up to sequence {manifest.Log.Sequence}."));
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"The archive was not restored. {e.Message} Go on with: onlinecf restore '{archive}' --data '{restore.Place.Folder}'");
            return 1;
        }
    }

    private static string? MessageFor(Exception exception) => exception switch
    {
        SettingsException or StoreInUseException or StoreVersionException or StoreCorruptException
            or StoreUnavailableException or DeviceUnavailableException or DllNotFoundException => exception.Message,
        IOException { InnerException: AddressInUseException } =>
            $"{exception.Message} Choose others with --Server:HttpPort and --Server:GrpcPort.",
        InvalidDataException { InnerException: { } inner } => $"{exception.Message} {inner.GetBaseException().Message}",
        _ => null,
    };
}
