namespace OnlineCF.Server.Settings;

/// <summary>
/// Finds in the arguments and the environment what the configuration would pass over in silence: words that are no
/// setting, settings without a value, and sections that do not exist.
/// </summary>
internal static class ArgumentCheck
{
    private const string Prefix = "OnlineCF__";

    // Those of the host and of the libraries beside the product's own.
    private static readonly string[] OtherSections =
        ["AllowedHosts", "Logging", "Kestrel", "Orleans", "applicationName", "contentRoot", "environment", "urls"];

    /// <summary>One line for each fault.</summary>
    public static IEnumerable<string> Faults(IReadOnlyList<string> args, IEnumerable<string> variables)
    {
        var sections = OnlineCFSettings.Keys.Select(SectionOf).Concat(OtherSections).ToHashSet(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                yield return $"'{args[i]}' is no setting; one is written --Section:Key=value, and --help lists them";
                continue;
            }

            var name = args[i][2..].Split('=')[0];
            if (!sections.Contains(SectionOf(name)))
            {
                yield return $"{name}: there is no such setting; --help lists them";
            }

            if (args[i].Contains('=', StringComparison.Ordinal))
            {
                continue;
            }

            if (i + 1 == args.Count || args[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                yield return $"{name}: has no value; write --{name}=value";
                continue;
            }

            i++;
        }

        foreach (var variable in variables.Where(variable => variable.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)))
        {
            var key = variable[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal);
            if (!sections.Contains(SectionOf(key)))
            {
                yield return $"{key}: there is no such setting (environment variable {variable})";
            }
        }
    }

    private static string SectionOf(string key) => key.Split(':')[0];
}
