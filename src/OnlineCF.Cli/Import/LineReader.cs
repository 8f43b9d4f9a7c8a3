namespace OnlineCF.Cli.Import;

/// <summary>
/// Reads lines as bytes, without their LF or CRLF and without a leading UTF-8 byte order mark. Holds one
/// buffer, whatever the file's size: lines of more than <see cref="LongestLine"/> bytes are passed over.
/// </summary>
/// <param name="stream">The text, which stays the caller's to dispose.</param>
/// <param name="name">The file's name, for messages.</param>
/// <param name="tooLong">Takes the number of each line that is passed over.</param>
internal sealed class LineReader(Stream stream, string name, Action<long> tooLong)
{
    /// <summary>4 MiB.</summary>
    public const int LongestLine = 1 << 22;

    /// <summary>1 MiB.</summary>
    public const int LongestField = 1 << 20;

    /// <summary>What is wrong with a line that is passed over.</summary>
    public const string TooLong = "the line is longer than 4 MiB";

    /// <summary>What is wrong with a line that has a field beyond <see cref="LongestField"/>.</summary>
    public const string FieldTooLong = "a field is longer than 1 MiB";

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _streamEnded;

    /// <summary>Number of the line read last, from 1; 0 before the first.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Bytes of all lines read so far, with their ends.</summary>
    public long BytesRead { get; private set; }

    private Span<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Whether a field of the line, between separators, is beyond the limit.</summary>
    public static bool HasLongField(ReadOnlySpan<byte> line, ReadOnlySpan<byte> separator)
    {
        while (line.Length > LongestField)
        {
            var end = line.IndexOf(separator);
            if (end is < 0 or > LongestField)
            {
                return true;
            }

            line = line[(end + separator.Length)..];
        }

        return false;
    }

    /// <summary>The next line, valid until the next call; false at the end.</summary>
    /// <exception cref="InvalidDataException">The first line is too long, or the text is UTF-16.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var newline = Buffered[searched..].IndexOf((byte)'\n');
            if (newline >= 0)
            {
                line = Take(searched + newline, ending: 1);
                return true;
            }

            searched = Buffered.Length;
            if (searched == LongestLine)
            {
                PassOverLine();
                searched = 0;
            }
            else if (!_streamEnded)
            {
                Fill();
            }
            else if (searched > 0)
            {
                line = Take(searched, ending: 0);
                return true;
            }
            else
            {
                line = default;
                return false;
            }
        }
    }

    private ReadOnlySpan<byte> Take(int length, int ending)
    {
        var line = _buffer.AsSpan(_start, length);
        Pass(length + ending);
        LineNumber++;
        if (LineNumber == 1)
        {
            line = WithoutByteOrderMark(line);
        }

        return line.Length > 0 && line[^1] == '\r' ? line[..^1] : line;
    }

    private void PassOverLine()
    {
        if (LineNumber == 0)
        {
            throw new InvalidDataException($"{name}:1: {TooLong}; this is no text file.");
        }

        tooLong(++LineNumber);
        var newline = -1;
        while ((newline = Buffered.IndexOf((byte)'\n')) < 0 && !_streamEnded)
        {
            Pass(Buffered.Length);
            Fill();
        }

        Pass(newline < 0 ? Buffered.Length : newline + 1);
    }

    private void Pass(int bytes)
    {
        _start += bytes;
        BytesRead += bytes;
    }

    private Span<byte> WithoutByteOrderMark(Span<byte> line)
    {
        if (line.StartsWith([(byte)0xFF, (byte)0xFE]) || line.StartsWith([(byte)0xFE, (byte)0xFF]))
        {
            throw new InvalidDataException($"{name}: The text is UTF-16; save it as UTF-8.");
        }

        return line.StartsWith([(byte)0xEF, (byte)0xBB, (byte)0xBF]) ? line[3..] : line;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            Buffered.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, LongestLine));
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _streamEnded = read == 0;
    }
}
