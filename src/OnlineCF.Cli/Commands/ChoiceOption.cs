using System.CommandLine;

namespace OnlineCF.Cli.Commands;

/// <summary>Options that are one of a few words; another one is a usage error that names them all.</summary>
internal static class ChoiceOption
{
    /// <summary>Where training computes.</summary>
    public static Option<string> Device(string value) =>
        Create("--device", "DEVICE", "auto (cuda when there, else cpu), cpu or cuda", value, "auto", "cpu", "cuda");

    /// <summary>What computes.</summary>
    public static Option<string> Engine(string value) =>
        Create("--engine", "ENGINE", "auto (torch on cuda, vector on cpu), torch or vector", value, "auto", "torch", "vector");

    /// <summary>An option with its default.</summary>
    public static Option<string> Create(string name, string helpName, string description, string value, params string[] choices)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => value,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (!choices.Contains(text))
                {
                    result.AddError($"{name} must be {string.Join(", ", choices[..^1])} or {choices[^1]}, not '{text}'.");
                }

                return text;
            },
        };
        option.CompletionSources.Add(choices);
        return option;
    }
}
