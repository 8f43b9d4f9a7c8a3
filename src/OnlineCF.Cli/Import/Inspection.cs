using System.Globalization;
using OnlineCF.Cli.Commands;
using OnlineCF.Core.Ratings;

namespace OnlineCF.Cli.Import;

/// <summary>
/// Looks at a file before anything of it is sent: a file that is another kind than it seems is refused whole, with what to do.
/// </summary>
internal static class Inspection
{
    // Read in a few seconds; what a larger file has behind it is looked at when it comes.
    private const long MostBytes = 512L << 20;

    private const float MostOfAnyScale = 1000;

    /// <summary>Looks at the ratings.</summary>
    /// <exception cref="CommandException">No line can be used, or the values are no stars.</exception>
    public static void RequireRatings(DataFile file, RatingRules rules, CancellationToken cancellationToken)
    {
        var faults = new FirstFault();
        using var stream = MovieLensText.OpenUtf8(file);
        var reader = new RatingReader(file, stream, faults.Lines, rules);
        var (read, most, mostLine) = (0L, 0f, 0L);
        while (reader.BytesRead < MostBytes && reader.TryRead(out var rating))
        {
            cancellationToken.ThrowIfCancellationRequested();
            read++;
            if (rating.Value > most)
            {
                (most, mostLine) = (rating.Value, rating.Line);
            }
        }

        RequireStars(file, rules, most, mostLine);
        if (read == 0 && faults.Text is { } fault)
        {
            throw new CommandException(ExitCodes.Error, $"Nothing was sent, for no line of {file.Name} can be used. {fault}{HintFor(fault, rules)}");
        }
    }

    /// <summary>Looks at the movies.</summary>
    /// <exception cref="CommandException">No line can be used.</exception>
    public static void RequireMovies(DataFile file, DataFile? genres)
    {
        var faults = new FirstFault();
        if (!MovieReader.Read(file, genres, faults.Lines).Any() && faults.Text is { } fault)
        {
            throw new CommandException(ExitCodes.Error, $"Nothing was sent, for no line of {file.Name} can be used. {fault}.");
        }
    }

    /// <summary>Refuses values beyond the stars, unless a scale was given.</summary>
    /// <exception cref="CommandException">A value is beyond.</exception>
    public static void RequireStars(DataFile file, RatingRules rules, float value, long line)
    {
        if (value > MostOfAnyScale && rules.Scale is null)
        {
            throw new CommandException(ExitCodes.Error, string.Create(
                CultureInfo.InvariantCulture,
                $"{file.Name}:{line}: {value} is no rating on any scale. Say which column is which: --columns user=1,movie=2,rating=3."));
        }

        if (value > Rating.MaxValue && rules.Scale is null)
        {
            throw new CommandException(ExitCodes.Error, string.Create(
                CultureInfo.InvariantCulture,
                $"{file.Name}:{line}: rating {value} is beyond 5 stars, so the file has another scale. Say which, and its values become 0.5 to 5 stars: --scale {ScaleOf(value)}."));
        }
    }

    private static string ScaleOf(float most) => most switch
    {
        <= 10 => "0-10 (or 1-10, where 1 is the least and 0 means not rated)",
        <= 13 => "1-13",
        <= 100 => "0-100",
        _ => FormattableString.Invariant($"0-{most}"),
    };

    private static string HintFor(string fault, RatingRules rules) =>
        rules.TextIds is null && fault.Contains("is not a whole number", StringComparison.Ordinal)
            ? ". Where ids are names, --text-ids gives them numbers."
            : ".";

    private sealed class FirstFault
    {
        public FirstFault() => Lines = new BadLines((_, text) => Text ??= text);

        public BadLines Lines { get; }

        public string? Text { get; private set; }
    }
}

/// <summary>Ratings as they come, of which none may be beyond the stars.</summary>
internal sealed class GuardedRatings(RatingReader reader, DataFile file, RatingRules rules) : IRatingSource
{
    /// <inheritdoc/>
    public double Fraction => reader.Fraction;

    /// <inheritdoc/>
    /// <exception cref="CommandException">A value is beyond 5 stars and no scale was given.</exception>
    public bool TryRead(out ParsedRating rating)
    {
        if (!reader.TryRead(out rating))
        {
            return false;
        }

        Inspection.RequireStars(file, rules, rating.Value, rating.Line);
        return true;
    }
}
