using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace OnlineCF.Deployment.Tests;

/// <summary>What is shipped for deployment, read from the tree that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static bool Has(string path) => File.Exists(At(path)) || Directory.Exists(At(path));

    public static string Read(string file) => File.ReadAllText(At(file));

    public static string At(string path) => Path.Combine(Root, path);

    /// <summary>A YAML file as dictionaries, lists and strings, anchors and merges resolved.</summary>
    public static Node Yaml(string file)
    {
        using var text = new StringReader(Read(file));
        return new Node(new DeserializerBuilder().Build().Deserialize<object>(new MergingParser(new Parser(text))));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "OnlineCF.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}

/// <summary>A part of a YAML file; what is not there is empty.</summary>
internal sealed record Node(object? Value)
{
    public string Text => Value as string ?? "";

    public IReadOnlyList<Node> Items => Value is List<object> items ? items.ConvertAll(item => new Node(item)) : [];

    public IReadOnlyList<string> Texts => [.. Items.Select(item => item.Text)];

    public IReadOnlyDictionary<string, Node> Fields =>
        (Value as Dictionary<object, object> ?? []).ToDictionary(x => (string)x.Key, x => new Node(x.Value));

    public Node this[string name] => Fields.GetValueOrDefault(name) ?? new Node((object?)null);
}
