using System.Text.Json;
using System.Text.RegularExpressions;

namespace OnlineCF.Deployment.Tests;

/// <summary>What the last stage of a Dockerfile says about the containers made from it.</summary>
internal sealed class Dockerfile
{
    private readonly List<(string Name, string Value)> _instructions;

    public Dockerfile(string path)
    {
        var text = Regex.Replace(Repository.Read(path), @"(?m)^#.*\n|\\\n\s*", "");
        _instructions = [.. Regex.Matches(text[text.LastIndexOf("FROM ", StringComparison.Ordinal)..], @"(?m)^([A-Z]+) (.+)$")
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value))];
    }

    public IReadOnlyDictionary<string, string> Environment => Regex
        .Matches(string.Join(' ', All("ENV")), "(\\w+)=(?:\"([^\"]*)\"|(\\S+))")
        .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value + match.Groups[3].Value);

    public IEnumerable<int> Ports => Single("EXPOSE").Split(' ').Select(int.Parse);

    public string User => Single("USER");

    public string Volume => Single("VOLUME");

    public string StopSignal => Single("STOPSIGNAL");

    /// <summary>Program and arguments; fails where a shell would stand between the engine's signals and the program.</summary>
    public string[] Entrypoint => Exec(Single("ENTRYPOINT"));

    /// <summary>Program and arguments of the health check.</summary>
    public string[] HealthCommand => Exec(Regex.Match(Single("HEALTHCHECK"), "CMD (.+)$").Groups[1].Value);

    private static string[] Exec(string json) => JsonSerializer.Deserialize<string[]>(json)!;

    private IEnumerable<string> All(string name) => _instructions.Where(x => x.Name == name).Select(x => x.Value);

    private string Single(string name) => All(name).Single();
}
