using System.Globalization;

namespace OnlineCF.Cli.Import;

/// <summary>What a person says of a ratings file beyond what the file says itself.</summary>
internal sealed record RatingRules
{
    /// <summary>Nothing is said.</summary>
    public static RatingRules None { get; } = new();

    /// <summary>Names or numbers (from 1) of the columns; empty where the header or the order tells.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>The scale of the values; null for stars.</summary>
    public RatingScale? Scale { get; init; }

    /// <summary>How dates are written, as .NET has it; ISO 8601 and epochs need none.</summary>
    public string[] DateFormats { get; init; } = [];

    /// <summary>Whose ratings they are, where the file does not say it; null where it does.</summary>
    public long? User { get; init; }

    /// <summary>Numbers of ids that are names; null where ids are numbers.</summary>
    public TextIds? TextIds { get; init; }

    /// <summary>What was said, in one text: an import goes on only where the same was said before.</summary>
    public string Key => string.Join(
        '\n', [.. Columns.OrderBy(column => column.Key, StringComparer.Ordinal).Select(column => $"{column.Key}={column.Value}"), $"{Scale}", .. DateFormats, $"{User}", TextIds is null ? "" : "names"]);
}

/// <summary>A scale other than stars.</summary>
/// <param name="Least">What is 0.5 stars.</param>
/// <param name="Most">What is 5 stars.</param>
internal sealed record RatingScale(float Least, float Most)
{
    private const float LeastStars = Core.Ratings.Rating.MinValue;
    private const float MostStars = Core.Ratings.Rating.MaxValue;

    /// <summary>Reads "0-10"; null when it is none.</summary>
    public static RatingScale? Parse(string text)
    {
        var cut = text.IndexOf('-', Math.Min(1, text.Length));
        return cut > 0
            && float.TryParse(text.AsSpan(0, cut), NumberStyles.Float, CultureInfo.InvariantCulture, out var least)
            && float.TryParse(text.AsSpan(cut + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var most)
            && float.IsFinite(least) && float.IsFinite(most) && least < most
            ? new RatingScale(least, most)
            : null;
    }

    /// <summary>Stars of a value, linearly; null beyond the scale.</summary>
    public float? StarsOf(float value) => value >= Least && value <= Most
        ? LeastStars + ((MostStars - LeastStars) * (value - Least) / (Most - Least))
        : null;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Least}-{Most}");
}
