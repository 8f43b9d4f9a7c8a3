namespace OnlineCF.Cli.Import;

/// <summary>
/// Reads lines as bytes, without their LF or CRLF and without a leading UTF-8 byte order mark. Holds one
/// buffer, whatever the file's size.
/// </summary>
internal sealed class LineReader(Stream stream)
{
    private const int LongestLine = 1 << 20;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _streamEnded;

    /// <summary>Number of the line read last, from 1; 0 before the first.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Bytes of all lines read so far, with their ends.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The next line, valid until the next call; false at the end.</summary>
    /// <exception cref="InvalidDataException">A line is longer than 1 MiB, or the text is UTF-16.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var newline = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                line = Take(searched + newline, ending: 1);
                return true;
            }

            searched = _end - _start;
            if (!_streamEnded)
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
        _start += length + ending;
        BytesRead += length + ending;
        LineNumber++;
        if (LineNumber == 1)
        {
            line = WithoutByteOrderMark(line);
        }

        return line.Length > 0 && line[^1] == '\r' ? line[..^1] : line;
    }

    private static Span<byte> WithoutByteOrderMark(Span<byte> line)
    {
        if (line.StartsWith([(byte)0xFF, (byte)0xFE]) || line.StartsWith([(byte)0xFE, (byte)0xFF]))
        {
            throw new InvalidDataException("The text is UTF-16; save it as UTF-8.");
        }

        return line.StartsWith([(byte)0xEF, (byte)0xBB, (byte)0xBF]) ? line[3..] : line;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LongestLine)
            {
                throw new InvalidDataException($"Line {LineNumber + 1} is longer than 1 MiB; this is no text file.");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _streamEnded = read == 0;
    }
}
