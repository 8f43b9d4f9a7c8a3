using OnlineCF.Storage.Sqlite.Tests;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// As a child of a crash test this program writes until it is killed; otherwise it runs the tests.
if (args is [CrashChild.Argument, var verb, var folder])
{
    return await CrashChild.RunAsync(verb, folder);
}

return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
