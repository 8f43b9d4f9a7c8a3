using System.Globalization;

namespace OnlineCF.Server.Settings;

/// <summary>Some settings are wrong; the message lists all of them.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults)
    : Exception($"{faults.Count} setting{(faults.Count == 1 ? " is" : "s are")} wrong:\n  " + string.Join("\n  ", faults))
{
    /// <summary>Each with key, value and range.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>What may be set.</summary>
/// <param name="Key">Its path, such as <c>Training:Epochs</c>.</param>
/// <param name="Default">Its value where it is absent, as it would be written; empty for none.</param>
/// <param name="Values">Which values it may have, in words.</param>
/// <param name="Meaning">What it does.</param>
public sealed record Setting(string Key, string Default, string Values, string Meaning);

/// <summary>Reads settings one by one and gathers what is wrong with them. An absent key keeps its default.</summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> _faults = [];
    private readonly List<Setting> _settings = [];

    /// <summary>Every setting that was asked for.</summary>
    public IReadOnlyList<Setting> Settings => _settings;

    /// <summary>A whole number.</summary>
    public void Integer(string key, string meaning, long current, long min, long max, Action<long> set) => Read(
        key,
        meaning,
        current.ToString(CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {min:N0} to {max:N0}"),
        text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= min && value <= max && Accept(set, value));

    /// <summary>A number.</summary>
    public void Number(string key, string meaning, double current, double min, double max, Action<double> set) => Read(
        key,
        meaning,
        current.ToString(CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"),
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value >= min && value <= max && Accept(set, value));

    /// <summary>true or false.</summary>
    public void Flag(string key, string meaning, bool current, Action<bool> set) =>
        Read(key, meaning, current ? "true" : "false", "true or false", text => bool.TryParse(text, out var value) && Accept(set, value));

    /// <summary>One of some words.</summary>
    public void Choice(string key, string meaning, string current, string[] words, Action<string> set) => Read(
        key,
        meaning,
        current,
        "one of " + string.Join(", ", words.Select(word => $"'{word}'")),
        text => words.FirstOrDefault(word => word.Equals(text.Replace(" ", ""), StringComparison.OrdinalIgnoreCase))
            is { } value && Accept(set, value));

    /// <summary>Any text but none.</summary>
    public void Text(string key, string meaning, string current, Action<string> set) =>
        Read(key, meaning, current, "a text that is not empty", text => text.Trim().Length > 0 && Accept(set, text));

    /// <summary>A text that is shown nowhere, not even where it is wrong.</summary>
    public void Secret(string key, string meaning, string range, Func<string, bool> isRight, Action<string> set)
    {
        _settings.Add(new Setting(key, "", range, meaning));
        if (configuration[key] is { } text && !(isRight(text) && Accept(set, text)))
        {
            _faults.Add($"{key}: what is given is not {range}");
        }
    }

    /// <summary>Whether there is a value, right or wrong.</summary>
    public bool IsGiven(string key) => configuration[key] is not null;

    /// <summary>An IP address or the name of a machine.</summary>
    public void Host(string key, string meaning, string current, Action<string> set) => Read(
        key,
        meaning,
        current,
        "an IP address or a host name",
        text => Uri.CheckHostName(text) is not (UriHostNameType.Unknown or UriHostNameType.Basic) && Accept(set, text));

    /// <summary>An http or https address.</summary>
    public void Address(string key, string meaning, Uri? current, Action<Uri> set) => Read(
        key,
        meaning,
        current?.ToString() ?? "",
        "an http or https address",
        text => Uri.TryCreate(text, UriKind.Absolute, out var value)
            && (value.Scheme == Uri.UriSchemeHttp || value.Scheme == Uri.UriSchemeHttps) && Accept(set, value));

    /// <summary>Sites as browsers write them, divided by commas.</summary>
    public void Origins(string key, string meaning, Action<IReadOnlyList<string>> set) => Read(
        key,
        meaning,
        "",
        "origins such as https://shop.example, without a path",
        text =>
        {
            var origins = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(origin => (Text: origin, Site: Uri.TryCreate(origin, UriKind.Absolute, out var site) ? site : null)).ToArray();
            return origins.Length > 0
                && Array.TrueForAll(origins, origin => origin.Site is { Scheme: "http" or "https", UserInfo: "" } site
                    && origin.Text.Equals(site.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase))
                && Accept(set, [.. origins.Select(origin => origin.Site!.GetLeftPart(UriPartial.Authority))]);
        });

    /// <summary>A duration: seconds, a number with ms, s, m or h, or hh:mm:ss.</summary>
    public void Duration(string key, string meaning, TimeSpan current, TimeSpan min, TimeSpan max, Action<TimeSpan> set) => Read(
        key,
        meaning,
        current.ToString("c"),
        $"a duration (30s, 5m, 00:00:30) from {min:c} to {max:c}",
        text => TryParseDuration(text, out var value) && value >= min && value <= max && Accept(set, value));

    /// <summary>What must be true of several settings together.</summary>
    public void Require(bool isTrue, string fault)
    {
        if (!isTrue)
        {
            _faults.Add(fault);
        }
    }

    /// <summary>Also finds keys nobody asked for in the sections that were read.</summary>
    /// <exception cref="SettingsException">Something is wrong.</exception>
    public void ThrowIfFaulty()
    {
        var keys = _settings.Select(setting => setting.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var sections = keys.Select(key => key[..key.IndexOf(':', StringComparison.Ordinal)]).Distinct();
        foreach (var (key, _) in sections.SelectMany(section => configuration.GetSection(section).GetChildren())
            .SelectMany(child => child.AsEnumerable()).Where(entry => entry.Value is not null && !keys.Contains(entry.Key)))
        {
            _faults.Add($"{key}: there is no such setting");
        }

        if (_faults.Count > 0)
        {
            throw new SettingsException(_faults);
        }
    }

    private static bool Accept<T>(Action<T> set, T value)
    {
        set(value);
        return true;
    }

    private static bool TryParseDuration(string text, out TimeSpan value)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value);
        }

        var number = text.TrimEnd('m', 's', 'h', ' ');
        TimeSpan? unit = text[number.Length..].Trim() switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "" or "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            _ => null,
        };
        value = TimeSpan.Zero;
        if (unit is null || !double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var count)
            || !(Math.Abs(count) < 1e8))
        {
            return false;
        }

        value = count * unit.Value;
        return true;
    }

    private void Read(string key, string meaning, string current, string range, Func<string, bool> accept)
    {
        _settings.Add(new Setting(key, current, range, meaning));
        if (configuration[key] is { } text && !accept(text))
        {
            _faults.Add($"{key}: '{text}' is not {range}");
        }
    }
}
