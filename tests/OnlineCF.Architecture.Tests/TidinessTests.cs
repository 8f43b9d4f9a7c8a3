using System.Text.RegularExpressions;

namespace OnlineCF.Architecture.Tests;

public sealed class TidinessTests
{
    private const int LongestFile = 400;

    private static readonly string[] TextEndings =
    [
        ".cs", ".csproj", ".props", ".targets", ".sln", ".proto", ".json", ".yml", ".yaml", ".md", ".sh", ".py", ".html",
        ".js", ".css", ".txt", ".sql", ".conf", ".cuda", "Dockerfile", ".editorconfig", ".gitignore", ".ci/run",
    ];

    // Written in pieces, so that this file does not find itself.
    private static readonly string[] Unfinished = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];

    [Fact]
    public void The_tree_is_seen() => Assert.Empty(
        new[] { "OnlineCF.sln", "src/OnlineCF.Core/OnlineCF.Core.csproj", "protos/onlinecf/v1/ratings.proto", ".ci/run" }
            .Except(Repository.FilesEndingWith(TextEndings)));

    [Fact]
    public void No_source_file_is_too_long_to_read() => Assert.Empty(
        Repository.FilesEndingWith(".cs", ".proto", ".sh")
            .Select(file => (file, lines: Repository.Read(file).AsSpan().Count('\n')))
            .Where(counted => counted.lines > LongestFile)
            .Select(counted => $"{counted.file}: {counted.lines} lines, {LongestFile} at most"));

    [Fact]
    public void No_file_names_a_path_of_one_machine() => Assert.Empty(
        from file in Repository.FilesEndingWith(TextEndings)
        from path in MachinePaths(Repository.Read(file))
        select $"{file}: {path}");

    [Fact]
    public void No_file_is_unfinished() => Assert.Empty(
        from file in Repository.FilesEndingWith(TextEndings)
        let text = Repository.Read(file)
        from word in Unfinished
        where Regex.IsMatch(text, $@"\b{word}\b")
        select $"{file}: {word}");

    [Theory]
    [InlineData("cd \"$HOME\" && ls /", 0)]
    [InlineData("WORKDIR /app", 0)]
    [InlineData("https://example.org/home/page.html", 0)]
    [InlineData("volumes: onlinecf:/var/lib/onlinecf", 0)]
    [InlineData("src/home/index.html", 0)]
    public void Paths_that_every_machine_has_are_fine(string text, int count) => Assert.Equal(count, MachinePaths(text).Count());

    [Fact]
    public void Paths_of_a_home_or_a_working_folder_are_found()
    {
        foreach (var folder in new[] { "home", "root", "Users", "work" })
        {
            Assert.Single(MachinePaths($"open('/{folder}/somebody/file')"));
        }

        Assert.Single(MachinePaths(@"C:\" + @"Users\somebody"));
    }

    private static IEnumerable<string> MachinePaths(string text) =>
        Regex.Matches(text, @"(?<![\w./:-])/(home|root|Users|work)/\w+|\b[A-Za-z]:\\Users\\").Select(match => match.Value);
}
