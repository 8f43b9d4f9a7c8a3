using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OnlineCF.Architecture.Tests;

public sealed class SolutionTests
{
    [Fact]
    public void Every_project_is_in_the_solution_and_every_project_of_the_solution_is_there()
    {
        var listed = Regex.Matches(Repository.Read("OnlineCF.sln"), "\"([^\"]+\\.csproj)\"")
            .Select(match => match.Groups[1].Value.Replace('\\', '/'));

        Assert.Equal(Project.All.Select(project => project.File).Order(), listed.Order());
    }

    [Fact]
    public void Every_test_project_is_named_so_that_the_test_command_runs_it() => Assert.All(
        Project.All.Where(project => project.File.StartsWith("tests/", StringComparison.Ordinal)),
        project => Assert.True(
            project.Name.EndsWith(".Tests", StringComparison.Ordinal) || project.Name.EndsWith(".Benchmarks", StringComparison.Ordinal),
            project.File));

    [Fact]
    public void No_project_names_a_version_itself() =>
        Assert.All(Project.All, project => Assert.Empty(project.VersionedPackages));

    [Fact]
    public void Every_package_has_its_one_version_in_the_central_list()
    {
        var central = XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion").ToList();
        var names = central.Select(version => (string)version.Attribute("Include")!).ToList();

        Assert.All(central, version => Assert.False(string.IsNullOrEmpty((string?)version.Attribute("Version"))));
        Assert.Equal(names.Distinct(StringComparer.OrdinalIgnoreCase), names);
        Assert.Empty(Project.All.SelectMany(project => project.Packages).Concat(Project.SharedPackages)
            .Except(names, StringComparer.OrdinalIgnoreCase));
    }
}
