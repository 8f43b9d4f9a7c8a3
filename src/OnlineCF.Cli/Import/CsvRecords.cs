using System.Text;

namespace OnlineCF.Cli.Import;

/// <summary>A record of a CSV file.</summary>
/// <param name="Fields">Without their quotes.</param>
/// <param name="Line">Where it begins, from 1.</param>
internal readonly record struct CsvRecord(IReadOnlyList<string> Fields, long Line);

/// <summary>
/// Reads CSV as RFC 4180 has it: a field in quotes may hold commas, doubled quotes and line ends. Empty lines are
/// passed over. A record holds at most as much as a line may, and a field at most as much as a field may.
/// </summary>
/// <param name="file">For messages.</param>
/// <param name="stream">The text, which stays the caller's to dispose.</param>
/// <param name="badLines">Takes the records that are too long, and quotes that are not closed.</param>
internal sealed class CsvRecords(DataFile file, Stream stream, BadLines badLines)
{
    private readonly LineReader _lines =
        new(stream, file.Name, line => badLines.Add(file.Name, line, LineReader.TooLong));

    // Lines that were read in search of a closing quote which is not there.
    private readonly Queue<(string Text, long Line)> _again = new();

    /// <summary>All records, streaming.</summary>
    public IEnumerable<CsvRecord> Read()
    {
        while (TryReadLine(out var text, out var line))
        {
            if (text.Length > 0 && FieldsFrom(text, line) is { } fields)
            {
                yield return new CsvRecord(fields, line);
            }
        }
    }

    private List<string>? FieldsFrom(string text, long line)
    {
        var record = new CsvFields();
        var followers = new List<(string Text, long Line)>();
        record.Add(text);
        while (record.IsWithinQuotes && record.LongestField <= LineReader.LongestField && record.Length <= LineReader.LongestLine
            && TryReadLine(out var next, out var nextLine))
        {
            followers.Add((next, nextLine));
            record.Add("\n");
            record.Add(next);
        }

        if (record.IsWithinQuotes && followers.Count > 0)
        {
            badLines.Add(file.Name, line, "a quote is not closed");
            followers.AddRange(_again);
            _again.Clear();
            followers.ForEach(_again.Enqueue);
            return null;
        }

        if (record.LongestField > LineReader.LongestField)
        {
            badLines.Add(file.Name, line, LineReader.FieldTooLong);
            return null;
        }

        return record.End();
    }

    private bool TryReadLine(out string text, out long line)
    {
        if (_again.TryDequeue(out var again))
        {
            (text, line) = again;
            return true;
        }

        var found = _lines.TryRead(out var bytes);
        (text, line) = (found ? MovieLensText.Encoding.GetString(bytes) : "", _lines.LineNumber);
        return found;
    }

    /// <summary>The fields of one record, cut as its text comes.</summary>
    private sealed class CsvFields
    {
        private readonly List<string> _fields = [];
        private readonly StringBuilder _field = new();
        private bool _isAtStart = true;
        private bool _mayBeEscaped;

        /// <summary>Whether a quoted field goes on.</summary>
        public bool IsWithinQuotes { get; private set; }

        /// <summary>Characters of the record.</summary>
        public int Length { get; private set; }

        /// <summary>Characters of its longest field.</summary>
        public int LongestField { get; private set; }

        public void Add(string text)
        {
            Length += text.Length;
            foreach (var character in text)
            {
                Add(character);
            }

            LongestField = Math.Max(LongestField, _field.Length);
        }

        public List<string> End()
        {
            EndField();
            return _fields;
        }

        private void Add(char character)
        {
            if (IsWithinQuotes)
            {
                if (character == '"')
                {
                    (IsWithinQuotes, _mayBeEscaped) = (false, true);
                    return;
                }
            }
            else if (character == '"' && (_isAtStart || _mayBeEscaped))
            {
                // Two quotes within quotes are one.
                if (_mayBeEscaped)
                {
                    _field.Append(character);
                }

                (IsWithinQuotes, _isAtStart, _mayBeEscaped) = (true, false, false);
                return;
            }
            else if (character == ',')
            {
                EndField();
                return;
            }

            _field.Append(character);
            (_isAtStart, _mayBeEscaped) = (false, false);
        }

        private void EndField()
        {
            LongestField = Math.Max(LongestField, _field.Length);
            _fields.Add(_field.ToString());
            _field.Clear();
            (_isAtStart, _mayBeEscaped) = (true, false);
        }
    }
}
