namespace OnlineCF.Deployment.Tests;

/// <summary>The services that one profile of docker-compose.yml starts.</summary>
internal sealed class ComposeFile
{
    private static readonly Node File = Repository.Yaml("docker-compose.yml");

    public ComposeFile(string profile)
    {
        Services = ServicesOf(profile);
        Server = Services.Single(service => service.Key.StartsWith("server", StringComparison.Ordinal)).Value;
        World = Services.Single(service => service.Key.StartsWith("world", StringComparison.Ordinal)).Value;
    }

    public IReadOnlyDictionary<string, ComposeService> Services { get; }

    public static IReadOnlyDictionary<string, ComposeService> ServicesOf(string profile) => File["services"].Fields
        .Where(service => service.Value["profiles"].Texts.DefaultIfEmpty(profile).Contains(profile))
        .ToDictionary(service => service.Key, service => new ComposeService(service.Value));

    public ComposeService Server { get; }

    public ComposeService World { get; }

    public static IEnumerable<string> Volumes => File["volumes"].Fields.Keys;

    /// <summary>The names by which services reach each other.</summary>
    public IEnumerable<string> Hosts => Services.SelectMany(service => service.Value.Aliases.Append(service.Key));
}

/// <summary>A service of docker-compose.yml.</summary>
internal sealed record ComposeService(Node Node)
{
    public IReadOnlyList<string> Aliases => Node["networks"]["default"]["aliases"].Texts;

    public Dockerfile Dockerfile => new(Node["build"]["dockerfile"].Text);

    public IReadOnlyDictionary<string, string> Environment =>
        Node["environment"].Fields.ToDictionary(x => x.Key, x => x.Value.Text);

    public IReadOnlyList<string> Entrypoint => Node["entrypoint"].Texts;

    /// <summary>Host address, host port and container port of each published port.</summary>
    public IEnumerable<(string Address, int Published, int Target)> Ports =>
        from port in Node["ports"].Texts
        let parts = port.Split(':')
        select (parts[0], int.Parse(parts[1]), int.Parse(parts[2]));

    /// <summary>What is mounted where.</summary>
    public IReadOnlyDictionary<string, string> Mounts =>
        Node["volumes"].Texts.Select(volume => volume.Split(':')).ToDictionary(parts => parts[1], parts => parts[0]);

    /// <summary>The file of the tree that a path in the container is.</summary>
    public string InTree(string path)
    {
        var (target, source) = Mounts.Single(mount => path.StartsWith(mount.Key + '/', StringComparison.Ordinal) || path == mount.Key);
        return source + path[target.Length..];
    }
}
