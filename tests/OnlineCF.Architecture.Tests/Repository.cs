namespace OnlineCF.Architecture.Tests;

/// <summary>The tree that these tests were built from, found from the build output upwards.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs =
        [".git", ".vs", ".idea", "bin", "obj", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts", "node_modules"];

    /// <summary>The folder of OnlineCF.sln.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>Every file of the project as a path from the root with forward slashes; build output and data left out.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. FilesUnder("").Order(StringComparer.Ordinal)];

    /// <summary>The files with one of these endings, such as ".cs".</summary>
    public static IEnumerable<string> FilesEndingWith(params string[] endings) =>
        Files.Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)));

    /// <summary>The whole text of a file.</summary>
    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string FindRoot(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OnlineCF.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {start} has an OnlineCF.sln.");
    }

    private static IEnumerable<string> FilesUnder(string folder)
    {
        var here = new DirectoryInfo(Path.Combine(Root, folder));
        foreach (var file in here.EnumerateFiles())
        {
            yield return folder + file.Name;
        }

        foreach (var child in here.EnumerateDirectories())
        {
            // At the root, data/ is the embedded store and shared/ is other people's data.
            var skipped = NotOurs.Contains(child.Name) || child.LinkTarget is not null
                || (folder.Length == 0 && child.Name is "data" or "shared");
            foreach (var file in skipped ? [] : FilesUnder($"{folder}{child.Name}/"))
            {
                yield return file;
            }
        }
    }
}
