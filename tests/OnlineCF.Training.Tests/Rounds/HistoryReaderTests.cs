using OnlineCF.Training.History;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Rounds;

public sealed class HistoryReaderTests
{
    private const int Movies = 10_000;
    private readonly MemoryRatingLog _log = new MemoryRatingLog()
        .Rate(Enumerable.Range(1, Movies).Select(movie => (1L, (long)movie, 4f)))
        .Rate(Enumerable.Range(1, Movies).Select(movie => (2L, (long)movie, 2f)));

    private readonly HistoryReader _reader;

    public HistoryReaderTests() => _reader = new HistoryReader(_log);

    [Fact]
    public void A_reader_that_did_not_see_a_forgotten_erasure_starts_over()
    {
        Read();
        _log.Erase(1).Forget().Rate((3, 1, 5));

        Assert.Equal([2L, 3L], UsersOf(Read()));
    }

    [Fact]
    public void An_erasure_that_is_told_needs_no_start_over()
    {
        Read();
        _log.Erase(1);
        var reads = _log.Reads;

        Assert.Equal([2L], UsersOf(Read()));
        Assert.Equal(reads + 2, _log.Reads);
    }

    [Fact]
    public void A_log_of_several_pages_that_forgot_before_it_was_first_read_is_read_to_its_end()
    {
        _log.Erase(1).Forget().Rate((3, 1, 5));

        Assert.Equal([2L, 3L], UsersOf(Read()));
    }

    [Fact]
    public void What_is_forgotten_after_it_was_read_changes_nothing()
    {
        _log.Erase(1);
        Read();
        _log.Forget().Rate((3, 1, 5));
        var reads = _log.Reads;

        Assert.Equal([2L, 3L], UsersOf(Read()));
        Assert.Equal(reads + 1, _log.Reads);
    }

    private RatingHistory Read()
    {
        BackgroundRound.Run(round =>
        {
            _reader.ReadOn(round, TestContext.Current.CancellationToken);
            return true;
        });
        return _reader.History;
    }

    private static IEnumerable<long> UsersOf(RatingHistory history) => Enumerable.Range(0, history.Count)
        .Select(position => history.UserIdOf(history[position].User)).Distinct().Order();
}
