using System.Globalization;

namespace OnlineCF.Server.Settings;

/// <summary>Some settings are wrong; the message lists all of them.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults)
    : Exception($"{faults.Count} setting{(faults.Count == 1 ? " is" : "s are")} wrong:\n  " + string.Join("\n  ", faults))
{
    /// <summary>Each with key, value and range.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>Reads settings one by one and gathers what is wrong with them. An absent key keeps its default.</summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> _faults = [];
    private readonly HashSet<string> _keys = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every key that was asked for.</summary>
    public IReadOnlyCollection<string> Keys => _keys;

    /// <summary>A whole number.</summary>
    public void Integer(string key, long min, long max, Action<long> set) => Read(
        key,
        $"a whole number from {min:N0} to {max:N0}",
        text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= min && value <= max && Accept(set, value));

    /// <summary>A number.</summary>
    public void Number(string key, double min, double max, Action<double> set) => Read(
        key,
        string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"),
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value >= min && value <= max && Accept(set, value));

    /// <summary>true or false.</summary>
    public void Flag(string key, Action<bool> set) =>
        Read(key, "true or false", text => bool.TryParse(text, out var value) && Accept(set, value));

    /// <summary>One of some words.</summary>
    public void Choice(string key, string[] words, Action<string> set) => Read(
        key,
        "one of " + string.Join(", ", words.Select(word => $"'{word}'")),
        text => words.FirstOrDefault(word => word.Equals(text.Replace(" ", ""), StringComparison.OrdinalIgnoreCase))
            is { } value && Accept(set, value));

    /// <summary>Any text but none.</summary>
    public void Text(string key, Action<string> set) =>
        Read(key, "a text that is not empty", text => text.Trim().Length > 0 && Accept(set, text));

    /// <summary>An http or https address.</summary>
    public void Address(string key, Action<Uri> set) => Read(
        key,
        "an http or https address such as http://collector:4318",
        text => Uri.TryCreate(text, UriKind.Absolute, out var value)
            && (value.Scheme == Uri.UriSchemeHttp || value.Scheme == Uri.UriSchemeHttps) && Accept(set, value));

    /// <summary>A duration: seconds, a number with ms, s, m or h, or hh:mm:ss.</summary>
    public void Duration(string key, TimeSpan min, TimeSpan max, Action<TimeSpan> set) => Read(
        key,
        $"a duration (30s, 5m, 00:00:30) from {min:c} to {max:c}",
        text => TryParseDuration(text, out var value) && value >= min && value <= max && Accept(set, value));

    /// <summary>Also finds keys nobody asked for in the sections that were read.</summary>
    /// <exception cref="SettingsException">Something is wrong.</exception>
    public void ThrowIfFaulty()
    {
        var sections = _keys.Select(key => key[..key.IndexOf(':', StringComparison.Ordinal)]).Distinct();
        foreach (var child in sections.SelectMany(section => configuration.GetSection(section).GetChildren()))
        {
            if (!_keys.Contains(child.Path))
            {
                _faults.Add($"{child.Path}: there is no such setting");
            }
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

    private void Read(string key, string range, Func<string, bool> accept)
    {
        _keys.Add(key);
        if (configuration[key] is { } text && !accept(text))
        {
            _faults.Add($"{key}: '{text}' is not {range}");
        }
    }
}
