namespace OnlineCF.Cli.Import;

/// <summary>Reads the ratings of one file of any edition; bad lines are reported and skipped.</summary>
internal sealed class RatingReader : IRatingSource
{
    private readonly DataFile _file;
    private readonly LineReader _lines;
    private readonly BadLines _badLines;
    private RatingFormat? _format;
    private long _skipThrough;

    /// <summary>Reads from the beginning.</summary>
    /// <param name="file">For messages.</param>
    /// <param name="stream">Its text, which stays the caller's to dispose.</param>
    /// <param name="badLines">Takes the bad ones.</param>
    public RatingReader(DataFile file, Stream stream, BadLines badLines)
    {
        (_file, _badLines) = (file, badLines);
        _lines = new LineReader(stream, file.Name, line => AddBad(line, LineReader.TooLong));
    }

    /// <inheritdoc/>
    public double Fraction => _file.Length > 0 ? Math.Min(1, (double)_lines.BytesRead / _file.Length) : 1;

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

            var reason = LineReader.FieldTooLong;
            if (!LineReader.HasLongField(line, _format.Separator)
                && RatingLine.TryParse(line, _format, _lines.LineNumber, out rating, out reason))
            {
                return true;
            }

            AddBad(_lines.LineNumber, reason);
        }

        rating = default;
        return false;
    }

    // A line before the mark of an earlier import was told by that one.
    private void AddBad(long line, string reason)
    {
        if (line > _skipThrough)
        {
            _badLines.Add(_file.Name, line, reason);
        }
    }

    private RatingFormat Detect(ReadOnlySpan<byte> line)
    {
        try
        {
            return RatingFormat.Detect(line);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{_file.Name}: {e.Message}", e);
        }
    }
}
