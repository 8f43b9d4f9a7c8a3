namespace OnlineCF.Cli.Import;

/// <summary>Reads the ratings of one file of any edition; bad lines are reported and skipped.</summary>
internal sealed class RatingReader : IRatingSource
{
    private readonly DataFile _file;
    private readonly LineReader _lines;
    private readonly BadLines _badLines;
    private readonly RatingRules _rules;
    private readonly Queue<(byte[] Text, long Line)> _again = new();
    private RatingFormat? _format;
    private long _skipThrough;
    private long _movieOfBlock;

    /// <summary>Reads from the beginning.</summary>
    /// <param name="file">For messages.</param>
    /// <param name="stream">Its text, which stays the caller's to dispose.</param>
    /// <param name="badLines">Takes the bad ones.</param>
    /// <param name="rules">What was said of the file.</param>
    public RatingReader(DataFile file, Stream stream, BadLines badLines, RatingRules? rules = null)
    {
        (_file, _badLines, _rules) = (file, badLines, rules ?? RatingRules.None);
        _lines = new LineReader(stream, file.Name, line => AddBad(line, LineReader.TooLong));
    }

    /// <summary>Bytes read so far, unpacked.</summary>
    public long BytesRead => _lines.BytesRead;

    /// <inheritdoc/>
    public double Fraction => _file.Length > 0 ? Math.Min(1, (double)_lines.BytesRead / _file.Length) : 1;

    /// <summary>Passes over all lines up to and with this one, without parsing them.</summary>
    public void SkipThrough(long line) => _skipThrough = line;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file does not hold ratings at all.</exception>
    public bool TryRead(out ParsedRating rating)
    {
        while (TryReadRecord(out var line, out var number))
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

            if (_format.HasMovieBlocks && line[^1] == ':'
                && System.Buffers.Text.Utf8Parser.TryParse(line[..^1], out long movie, out var used) && used == line.Length - 1)
            {
                _movieOfBlock = movie;
                continue;
            }

            if (number <= _skipThrough)
            {
                continue;
            }

            var reason = LineReader.FieldTooLong;
            if (!LineReader.HasLongField(line, _format.Separator)
                && RatingLine.TryParse(line, _format, _rules, _movieOfBlock, number, out rating, out reason))
            {
                return true;
            }

            AddBad(number, reason);
        }

        rating = default;
        return false;
    }

    // A line, or several where a field in quotes goes on in the next one. What looks for a closing quote in vain is read again
    // line by line.
    private bool TryReadRecord(out ReadOnlySpan<byte> record, out long number)
    {
        if (!TryReadLine(out record, out number))
        {
            return false;
        }

        if (_format is not { HasHeader: true } || !EndsWithinQuotes(record, _format.Separator, within: false))
        {
            return true;
        }

        var lines = new List<(byte[] Text, long Line)> { (record.ToArray(), number) };
        var joined = new MemoryStream();
        joined.Write(record);
        while (joined.Length <= LineReader.LongestField && TryReadLine(out var next, out var nextNumber))
        {
            lines.Add((next.ToArray(), nextNumber));
            joined.WriteByte((byte)'\n');
            joined.Write(next);
            if (!EndsWithinQuotes(next, _format.Separator, within: true))
            {
                record = joined.ToArray();
                return true;
            }
        }

        var rest = lines.Skip(1).Concat(_again).ToList();
        _again.Clear();
        rest.ForEach(_again.Enqueue);

        record = lines[0].Text;
        return true;
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line, out long number)
    {
        if (_again.TryDequeue(out var again))
        {
            line = again.Text;
            number = again.Line;
            return true;
        }

        var found = _lines.TryRead(out line);
        number = _lines.LineNumber;
        return found;
    }

    // A quote opens at the start of a field; two in it are one.
    private static bool EndsWithinQuotes(ReadOnlySpan<byte> line, ReadOnlySpan<byte> separator, bool within)
    {
        while (true)
        {
            var start = line.IndexOfAnyExcept((byte)' ');
            if (!within && start >= 0 && line[start] == '"')
            {
                line = line[(start + 1)..];
                within = true;
            }

            while (within)
            {
                var quote = line.IndexOf((byte)'"');
                if (quote < 0)
                {
                    return true;
                }

                line = line[(quote + 1)..];
                within = !line.IsEmpty && line[0] == '"';
                line = within ? line[1..] : line;
            }

            var end = line.IndexOf(separator);
            if (end < 0)
            {
                return false;
            }

            line = line[(end + separator.Length)..];
        }
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
            return RatingFormat.Detect(line, _rules);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{_file.Name}: {e.Message}", e);
        }
    }
}
