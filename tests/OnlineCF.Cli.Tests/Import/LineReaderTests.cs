using System.Text;
using OnlineCF.Cli.Import;

namespace OnlineCF.Cli.Tests.Import;

public sealed class LineReaderTests
{
    private readonly List<long> _tooLong = [];

    [Fact]
    public void Line_ends_of_both_kinds_are_cut_off()
    {
        Assert.Equal(["one", "two", "", "four"], Read("one\r\ntwo\n\nfour"));
    }

    [Fact]
    public void An_empty_file_has_no_line()
    {
        Assert.Empty(Read(""));
    }

    [Fact]
    public void A_byte_order_mark_is_not_part_of_the_first_line()
    {
        Assert.Equal(["one", "two"], Read("\uFEFFone\ntwo\n"));
    }

    [Fact]
    public void Lines_longer_than_the_buffer_are_whole()
    {
        var lengths = new[] { 1, 70_000, 3, 200_000, 65_536, 65_535 };
        var lines = lengths.Select((length, i) => new string((char)('a' + i), length)).ToArray();

        Assert.Equal(lines, Read(string.Join('\n', lines)));
    }

    [Fact]
    public void A_stream_that_gives_one_byte_at_a_time_gives_the_same_lines()
    {
        using var stream = new TricklingStream(Encoding.UTF8.GetBytes("ab\r\ncd\r\n"));

        Assert.Equal(["ab", "cd"], Read(stream));
    }

    [Fact]
    public void A_first_line_without_end_is_refused_instead_of_filling_the_memory()
    {
        var fault = Assert.Throws<InvalidDataException>(() => Read(new string('x', 5 << 20)));

        Assert.Contains("a.csv:1: the line is longer than 4 MiB", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LineReader.LongestLine, false)]
    [InlineData(LineReader.LongestLine + 1, true)]
    [InlineData(LineReader.LongestLine * 2, true)]
    [InlineData((LineReader.LongestLine * 3) + 7, true)]
    public void A_line_that_is_too_long_is_passed_over_and_told(int lengthWithEnd, bool isTooLong)
    {
        var line = new string('x', lengthWithEnd - 1);

        Assert.Equal(isTooLong ? ["one", "three"] : ["one", line, "three"], Read($"one\n{line}\nthree"));
        Assert.Equal(isTooLong ? [2] : [], _tooLong);
        Assert.Equal(["one"], Read($"one\n{new string('x', LineReader.LongestLine)}"));
    }

    [Theory]
    [InlineData(LineReader.LongestField, 1, false)]
    [InlineData(LineReader.LongestField + 1, 0, true)]
    [InlineData(1, LineReader.LongestField + 1, true)]
    public void A_field_that_is_too_long_is_known(int first, int second, bool isTooLong)
    {
        var line = Encoding.ASCII.GetBytes($"{new string('a', first)}::{new string('b', second)}::c");

        Assert.Equal(isTooLong, LineReader.HasLongField(line, "::"u8));
    }

    [Fact]
    public void Utf16_is_refused_with_what_to_do()
    {
        using var stream = new MemoryStream([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("1,2,3\n")]);

        var fault = Assert.Throws<InvalidDataException>(() => Read(stream));

        Assert.Contains("save it as UTF-8", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_read_and_line_number_follow_the_lines()
    {
        using var stream = new MemoryStream("one\r\ntwo"u8.ToArray());
        var reader = new LineReader(stream, "a.csv", _tooLong.Add);

        Assert.True(reader.TryRead(out _));
        Assert.Equal((1, 5), (reader.LineNumber, reader.BytesRead));
        Assert.True(reader.TryRead(out _));
        Assert.Equal((2, 8), (reader.LineNumber, reader.BytesRead));
        Assert.False(reader.TryRead(out _));
    }

    private List<string> Read(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return Read(stream);
    }

    private List<string> Read(Stream stream)
    {
        var reader = new LineReader(stream, "a.csv", _tooLong.Add);
        var lines = new List<string>();
        while (reader.TryRead(out var line))
        {
            lines.Add(Encoding.UTF8.GetString(line));
        }

        return lines;
    }

    private sealed class TricklingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));
    }
}
