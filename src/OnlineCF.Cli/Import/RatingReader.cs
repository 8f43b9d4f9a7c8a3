namespace OnlineCF.Cli.Import;

/// <summary>Reads the ratings of one file of any edition; bad lines are reported and skipped.</summary>
internal sealed class RatingReader(DataFile file, Stream stream, BadLines badLines) : IRatingSource
{
    private readonly LineReader _lines = new(stream);
    private RatingFormat? _format;
    private long _skipThrough;

    /// <inheritdoc/>
    public double Fraction => file.Length > 0 ? Math.Min(1, (double)_lines.BytesRead / file.Length) : 1;

    /// <summary>Passes over all lines up to and with this one, without parsing them.</summary>
    public void SkipThrough(long line) => _skipThrough = line;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file does not hold ratings at all.</exception>
    public bool TryRead(out ParsedRating rating)
    {
        while (_lines.TryRead(out var line))
        {
            if (line.IsEmpty)
            {
                continue;
            }

            if (_format is null)
            {
                _format = Detect(line);
                if (_format.HasHeader)
                {
                    continue;
                }
            }

            if (_lines.LineNumber <= _skipThrough)
            {
                continue;
            }

            if (RatingLine.TryParse(line, _format, _lines.LineNumber, out rating, out var reason))
            {
                return true;
            }

            badLines.Add(file.Name, _lines.LineNumber, reason);
        }

        rating = default;
        return false;
    }

    private RatingFormat Detect(ReadOnlySpan<byte> line)
    {
        try
        {
            return RatingFormat.Detect(line);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{file.Name}: {e.Message}", e);
        }
    }
}
