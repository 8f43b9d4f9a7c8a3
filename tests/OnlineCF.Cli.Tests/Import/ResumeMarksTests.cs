using Microsoft.Extensions.Time.Testing;
using OnlineCF.Cli.Import;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Import;

public sealed class ResumeMarksTests : IDisposable
{
    private static readonly ResumeMark Mark = new(
        "/data/ml", "ratings.csv", 1000, DateTimeOffset.UnixEpoch, new Uri("http://localhost:5081"),
        Line: 2049, Sequence: 17, new ImportTotals(2000, 40, 5, 3), SkippedLines: 2);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_saved_mark_is_found_again()
    {
        Marks().Save(Mark);

        Assert.Equal(Mark, Marks().Find(Mark with { Line = 0 }));
    }

    [Fact]
    public void A_changed_file_or_another_server_does_not_fit_the_mark()
    {
        Marks().Save(Mark);

        Assert.Null(Marks().Find(Mark with { Length = 1001 }));
        Assert.Null(Marks().Find(Mark with { ModifiedAt = DateTimeOffset.UnixEpoch.AddSeconds(1) }));
        Assert.Null(Marks().Find(Mark with { Server = new Uri("http://localhost:6081") }));
        Assert.Null(Marks().Find(Mark with { Path = "/data/other" }));
        Assert.Null(Marks().Find(Mark with { File = "u.data" }));
    }

    [Fact]
    public void A_removed_mark_is_gone()
    {
        Marks().Save(Mark);
        Marks().Remove(Mark);

        Assert.Null(Marks().Find(Mark));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"Path\":")]
    [InlineData("null")]
    [InlineData("[1]")]
    public void A_damaged_mark_is_ignored(string text)
    {
        Marks().Save(Mark);
        File.WriteAllText(Directory.GetFiles(_folder.Path).Single(), text);

        Assert.Null(Marks().Find(Mark));
    }

    [Fact]
    public void A_state_folder_that_cannot_be_made_is_no_error()
    {
        var marks = new ResumeMarks(Path.Combine(_folder.Write("file", "x"), "below"), _time);

        marks.Save(Mark);

        Assert.Null(marks.Find(Mark));
    }

    [Fact]
    public void Marks_are_saved_once_a_second_at_most()
    {
        var marks = Marks();
        marks.SaveNowAndThen(Mark with { Line = 1 });
        marks.SaveNowAndThen(Mark with { Line = 2 });
        Assert.Equal(1, Marks().Find(Mark)!.Line);

        _time.Advance(TimeSpan.FromSeconds(1));
        marks.SaveNowAndThen(Mark with { Line = 3 });
        Assert.Equal(3, Marks().Find(Mark)!.Line);
    }

    private ResumeMarks Marks() => new(_folder.Path, _time);
}
