using System.Xml.Linq;

namespace OnlineCF.Architecture.Tests;

/// <summary>A project file, read as XML.</summary>
/// <param name="Name">Without extension, such as OnlineCF.Core.</param>
/// <param name="File">Path from the root.</param>
/// <param name="References">Names of the projects it references.</param>
/// <param name="Packages">Names of the packages it references.</param>
/// <param name="VersionedPackages">Those of them that name a version themselves.</param>
internal sealed record Project(
    string Name,
    string File,
    IReadOnlyList<string> References,
    IReadOnlyList<string> Packages,
    IReadOnlyList<string> VersionedPackages)
{
    /// <summary>All projects of the tree.</summary>
    public static IReadOnlyList<Project> All { get; } = [.. Repository.FilesEndingWith(".csproj").Select(Load)];

    /// <summary>The rooms: the projects under src/.</summary>
    public static IReadOnlyList<Project> Rooms { get; } = [.. All.Where(project => project.File.StartsWith("src/", StringComparison.Ordinal))];

    /// <summary>Every package reference of the tree that is not in a project file, such as in Directory.Build.props.</summary>
    public static IReadOnlyList<string> SharedPackages { get; } =
        [.. Repository.FilesEndingWith("Directory.Build.props", "Directory.Build.targets").SelectMany(file => Load(file).Packages)];

    private static Project Load(string file)
    {
        var xml = XDocument.Parse(Repository.Read(file));
        var packages = xml.Descendants("PackageReference").ToList();
        return new Project(
            Path.GetFileNameWithoutExtension(file),
            file,
            [.. xml.Descendants("ProjectReference").Select(reference => NameOf(Included(reference)))],
            [.. packages.Select(Included)],
            [.. packages.Where(HasVersion).Select(Included)]);
    }

    private static string Included(XElement reference) =>
        (string?)reference.Attribute("Include") ?? (string?)reference.Attribute("Update") ?? "";

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));

    private static bool HasVersion(XElement reference) =>
        reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null
        || reference.Element("Version") is not null || reference.Element("VersionOverride") is not null;
}
