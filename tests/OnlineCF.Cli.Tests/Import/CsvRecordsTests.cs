using System.Text;
using OnlineCF.Cli.Import;

namespace OnlineCF.Cli.Tests.Import;

public sealed class CsvRecordsTests
{
    private readonly List<string> _reports = [];

    [Theory]
    [InlineData("1,2,3\n4,5\n", "1|2|3", "4|5")]
    [InlineData("1,\"a, b\",3\n\n4\n", "1|a, b|3", "4")]
    [InlineData("1,\"He said \"\"no\"\"\",\n", "1|He said \"no\"|")]
    [InlineData("1,He said \"no\",3\n", "1|He said \"no\"|3")]
    [InlineData("\"two\nlines\",2\n3,4", "two\nlines|2", "3|4")]
    [InlineData("\"\",\"\"\"\"\n", "|\"")]
    [InlineData("\"a\"b,c\n", "ab|c")]
    [InlineData("", new string[0])]
    public void Fields_are_cut_at_commas_outside_of_quotes(string text, params string[] records) =>
        Assert.Equal(records, Read(text).Select(x => string.Join('|', x.Fields)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_was_quoted_comes_back_at_every_place(int seed)
    {
        var random = new Random(seed);
        var records = Enumerable.Range(0, 300)
            .Select(_ => Enumerable.Range(0, random.Next(1, 5)).Select(_ => Field(random)).ToArray()).ToArray();
        var text = string.Concat(records.Select(
            record => string.Join(',', record.Select(x => $"\"{x.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + "\n"));

        Assert.Equal(records, Read(text).Select(x => x.Fields));
        Assert.Empty(_reports);
    }

    [Fact]
    public void A_record_is_known_by_the_line_where_it_begins()
    {
        Assert.Equal([1L, 3L, 5L], Read("\"two\nlines\",2\n3\n\n5\n").Select(x => x.Line));
    }

    [Fact]
    public void A_quote_that_is_not_closed_costs_its_own_line_alone()
    {
        Assert.Equal(["1|A", "3|C", "4|D"], Read("1,A\n2,\"B\n3,C\n4,D\n").Select(x => string.Join('|', x.Fields)));
        Assert.Equal(["movies.csv:2: a quote is not closed"], _reports);
    }

    [Fact]
    public void A_quote_at_the_end_of_the_file_closes_itself()
    {
        Assert.Equal(["1|A", "2|B"], Read("1,A\n2,\"B").Select(x => string.Join('|', x.Fields)));
    }

    [Fact]
    public void Lines_without_end_after_a_quote_are_read_again_without_it()
    {
        var line = new string('x', 1000);
        var text = new StringBuilder("1,\"A\n");
        for (var i = 2; i <= 3000; i++)
        {
            text.Append(line).Append('\n');
        }

        Assert.Equal(Enumerable.Range(2, 2999), Read(text.ToString()).Select(x => (int)x.Line));
        Assert.Equal(["movies.csv:1: a quote is not closed"], _reports);
    }

    [Fact]
    public void A_field_that_is_too_long_costs_its_own_record_alone()
    {
        var field = new string('x', LineReader.LongestField + 1);

        Assert.Equal(["1|A", "4|D"], Read($"1,A\n2,{field}\n3,\"{field}\",B\n4,D\n").Select(x => string.Join('|', x.Fields)));
        Assert.Equal(["movies.csv:2: a field is longer than 1 MiB", "movies.csv:3: a field is longer than 1 MiB"], _reports);
    }

    private static string Field(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "ab,\"\n é"[random.Next(7)]));

    private List<CsvRecord> Read(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var file = new DataFile("movies.csv", stream.Length, DateTimeOffset.UnixEpoch, () => Stream.Null);
        return [.. new CsvRecords(file, stream, new BadLines(_reports.Add)).Read()];
    }
}
