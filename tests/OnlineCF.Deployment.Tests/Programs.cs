using System.Diagnostics;

namespace OnlineCF.Deployment.Tests;

/// <summary>Programs of this build and of the system.</summary>
internal static class Programs
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string Built(string file) => Path.Combine(AppContext.BaseDirectory, file);

    public static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    public static Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, string folder) =>
        RunAsync(Start(program, arguments, folder));

    public static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(Cancellation);
            var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
            await process.WaitForExitAsync(Cancellation);
            return (process.ExitCode, output + await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    public static ProcessStartInfo Start(string program, IEnumerable<string> arguments, string folder) => new(program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
