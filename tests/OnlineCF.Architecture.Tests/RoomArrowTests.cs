using System.Text.RegularExpressions;

namespace OnlineCF.Architecture.Tests;

public sealed class RoomArrowTests
{
    private static readonly Dictionary<string, string[]> AllowedReferences = new()
    {
        ["OnlineCF.Protocol"] = [],
        ["OnlineCF.Client"] = ["OnlineCF.Protocol"],
        ["OnlineCF.Core"] = [],
        ["OnlineCF.Scoring"] = ["OnlineCF.Core"],
        ["OnlineCF.Training"] = ["OnlineCF.Core", "OnlineCF.Scoring"],
        ["OnlineCF.Storage"] = ["OnlineCF.Core"],
        ["OnlineCF.Storage.Sqlite"] = ["OnlineCF.Core", "OnlineCF.Storage"],
        ["OnlineCF.Storage.Postgres"] = ["OnlineCF.Core", "OnlineCF.Storage"],
        ["OnlineCF.Grains"] = ["OnlineCF.Core", "OnlineCF.Scoring"],
        ["OnlineCF.Server"] =
            [
                "OnlineCF.Core", "OnlineCF.Scoring", "OnlineCF.Training", "OnlineCF.Storage", "OnlineCF.Storage.Sqlite",
                "OnlineCF.Storage.Postgres", "OnlineCF.Grains", "OnlineCF.Protocol",
            ],
        ["OnlineCF.Cli"] = ["OnlineCF.Client", "OnlineCF.Protocol", "OnlineCF.Core", "OnlineCF.Training", "OnlineCF.Server"],
    };

    // The beginnings of package names, and the only rooms that may reference such packages.
    private static readonly (string Prefix, string[] Rooms)[] PackageHomes =
    [
        ("TorchSharp", ["OnlineCF.Training"]),
        ("libtorch", ["OnlineCF.Training"]),
        ("Microsoft.Data.Sqlite", ["OnlineCF.Storage.Sqlite"]),
        ("SQLitePCLRaw", ["OnlineCF.Storage.Sqlite"]),
        ("Npgsql", ["OnlineCF.Storage.Postgres"]),
        ("Microsoft.Orleans", ["OnlineCF.Grains", "OnlineCF.Server"]),
        ("Grpc.", ["OnlineCF.Protocol", "OnlineCF.Client", "OnlineCF.Server", "OnlineCF.Cli"]),
        ("Google.", ["OnlineCF.Protocol"]),
        ("Microsoft.AspNetCore.Grpc", ["OnlineCF.Server", "OnlineCF.Cli"]),
    ];

    // References are transitive, so a namespace could be used where its package is not named.
    private static readonly (string Namespace, string[] Rooms)[] NamespaceHomes =
    [
        ("TorchSharp", ["OnlineCF.Training"]),
        ("Microsoft.Data.Sqlite", ["OnlineCF.Storage.Sqlite"]),
        ("Npgsql", ["OnlineCF.Storage.Postgres"]),
        ("Orleans", ["OnlineCF.Grains", "OnlineCF.Server"]),
        ("Grpc", ["OnlineCF.Client", "OnlineCF.Server", "OnlineCF.Cli"]),
        ("Google", ["OnlineCF.Server", "OnlineCF.Cli"]),
        ("OnlineCF.Storage", ["OnlineCF.Storage", "OnlineCF.Storage.Sqlite", "OnlineCF.Storage.Postgres", "OnlineCF.Server"]),
        ("OnlineCF.Grains", ["OnlineCF.Grains", "OnlineCF.Server"]),
    ];

    public static TheoryData<string> Rooms => [.. AllowedReferences.Keys];

    [Fact]
    public void The_rooms_are_those_of_the_plan() =>
        Assert.Equal(AllowedReferences.Keys.Order(), Project.Rooms.Select(room => room.Name).Order());

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_references_only_the_rooms_it_may(string room) =>
        Assert.Empty(Find(room).References.Except(AllowedReferences[room]));

    [Fact]
    public void A_program_that_takes_the_client_takes_little_else() => Assert.Equal(["Grpc.Net.Client"], Find("OnlineCF.Client").Packages);

    [Theory]
    [InlineData("OnlineCF.Core")]
    [InlineData("OnlineCF.Scoring")]
    public void A_pure_room_has_no_packages(string room) => Assert.Empty(Find(room).Packages);

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_package_stays_in_its_rooms(string room) => Assert.Empty(
        from package in Find(room).Packages
        from home in PackageHomes
        where package.StartsWith(home.Prefix, StringComparison.OrdinalIgnoreCase) && !home.Rooms.Contains(room)
        select $"{room} references {package}");

    [Theory]
    [MemberData(nameof(Rooms))]
    public void The_types_of_a_package_stay_in_its_rooms(string room) => Assert.Empty(
        from file in Repository.FilesEndingWith(".cs")
        where file.StartsWith($"src/{room}/", StringComparison.Ordinal)
        let text = Repository.Read(file)
        from home in NamespaceHomes
        where !home.Rooms.Contains(room) && Uses(text, home.Namespace)
        select $"{file} uses {home.Namespace}");

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_has_a_test_project_of_its_name(string room)
    {
        var tests = Assert.Single(Project.All, project => project.Name == room + ".Tests");

        Assert.Contains(room, tests.References);
    }

    [Theory]
    [InlineData("using TorchSharp;", true)]
    [InlineData("using static TorchSharp.torch;", true)]
    [InlineData("using torch = TorchSharp.torch;", true)]
    [InlineData("global using TorchSharp.Modules;", true)]
    [InlineData("var t = global::TorchSharp.torch.zeros(1);", true)]
    [InlineData("using TorchSharpLike;", false)]
    [InlineData("// TorchSharp is not used here.", false)]
    public void Uses_of_a_namespace_are_seen(string text, bool used) => Assert.Equal(used, Uses(text, "TorchSharp"));

    private static Project Find(string room) => Assert.Single(Project.Rooms, project => project.Name == room);

    private static bool Uses(string text, string name)
    {
        var escaped = Regex.Escape(name);
        return Regex.IsMatch(
            text, $@"^\s*(global\s+)?using\s+(static\s+)?(\w+\s*=\s*)?(global::)?{escaped}[.;]|global::{escaped}\.",
            RegexOptions.Multiline);
    }
}
