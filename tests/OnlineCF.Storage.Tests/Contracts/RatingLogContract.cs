using OnlineCF.Core.Ratings;

namespace OnlineCF.Storage.Tests.Contracts;

/// <summary>What every rating log must do.</summary>
public abstract class RatingLogContract
{
    protected abstract IRatingLog Log { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task New_log_is_empty()
    {
        Assert.Equal(0, Log.KnownSequence);
        Assert.Equal(0, await Log.ReadEndAsync(Token));
        Assert.Empty(await Log.EntriesAsync(0, 10, Token));
        Assert.Empty(await Log.ReadUserAsync(1, Token));
        Assert.Empty(await Log.ReadMovieAsync(1, int.MaxValue, Token));
    }

    [Fact]
    public async Task Sequences_start_at_1_and_are_consecutive_in_a_call()
    {
        Assert.Equal(3, await Log.AppendAsync(Rated(1, 10, 11, 12), Token));
        Assert.Equal(5, await Log.AppendAsync(Rated(2, 10, 13), Token));

        var entries = await Log.EntriesAsync(0, 100, Token);
        Assert.Equal([1L, 2, 3, 4, 5], entries.Select(e => e.Sequence));
        Assert.Equal([10L, 11, 12, 10, 13], entries.Select(e => e.MovieId));
        Assert.Equal(5, Log.KnownSequence);
        Assert.Equal(5, await Log.ReadEndAsync(Token));
    }

    [Theory]
    [InlineData(0.5f, 0L)]
    [InlineData(5f, long.MaxValue)]
    [InlineData(3.3333333f, long.MinValue)]
    [InlineData(float.Epsilon, -1L)]
    [InlineData(float.MaxValue, 1_234_567_890_123_456L)]
    [InlineData(0.1f, 9_007_199_254_740_993L)]
    public async Task Values_and_micros_come_back_exactly(float value, long micros)
    {
        var change = new RatingChange(RatingEntryKind.Rated, long.MaxValue, 1, value, micros);

        await Log.AppendAsync(new[] { change }, Token);

        Assert.Equal(
            new RatingEntry(1, RatingEntryKind.Rated, long.MaxValue, 1, value, micros),
            Assert.Single(await Log.EntriesAsync(0, 10, Token)));
    }

    [Fact]
    public async Task Nothing_and_no_number_are_refused_and_not_stored()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Log.AppendAsync(default, Token));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Log.AppendAsync(
            new[] { RatingChange.Deleted(1, 1), RatingChange.Rated(new Rating(1, 1, float.NaN, 0)) }, Token));

        Assert.Empty(await Log.EntriesAsync(0, 10, Token));
    }

    [Fact]
    public async Task Changes_of_several_users_in_one_call_are_refused()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Log.AppendAsync(
            new[] { RatingChange.Deleted(1, 1), RatingChange.Deleted(2, 1) }, Token));

        Assert.Empty(await Log.EntriesAsync(0, 10, Token));
    }

    [Fact]
    public async Task Entries_say_what_they_replaced()
    {
        var change = new RatingChange(RatingEntryKind.Rated, 1, 10, 5, 200, ReplacedValue: 0.1f, ReplacedAtMicros: -7);

        await Log.AppendAsync(new[] { change, RatingChange.Deleted(1, 10, 5, 200) }, Token);

        RatingEntry[] entries = [RatingEntry.Of(1, change), RatingEntry.Of(2, RatingChange.Deleted(1, 10, 5, 200))];
        Assert.Equal(entries, await Log.EntriesAsync(0, 10, Token));
        Assert.Equal(entries, await Log.ReadUserAsync(1, Token));
        Assert.Equal(entries, await Log.ReadMovieAsync(10, int.MaxValue, Token));
    }

    [Fact]
    public async Task Writer_that_does_not_know_the_last_entry_is_refused_and_the_others_go_on()
    {
        var last = await Log.AppendAsync(0, Rated(1, 10, 11), Token);
        await Log.AppendAsync(0, Rated(2, 10), Token);

        var refused = Log.AppendAsync(last - 1, Rated(1, 12), Token).AsTask();
        var taken = Log.AppendAsync(0, Rated(3, 12), Token).AsTask();
        await Assert.ThrowsAsync<ConcurrentWriterException>(() => refused);
        await Assert.ThrowsAsync<ConcurrentWriterException>(async () => await Log.AppendAsync(0, Rated(1, 12), Token));

        Assert.Equal(last + 2, await taken);
        Assert.Equal(last + 3, await Log.AppendAsync(last, Rated(1, 12), Token));
        Assert.Equal([10L, 11, 12], (await Log.ReadUserAsync(1, Token)).Select(e => e.MovieId));
    }

    [Fact]
    public async Task Of_two_writers_of_a_user_at_once_one_is_refused()
    {
        for (var round = 0; round < 50; round++)
        {
            var appends = Enumerable.Range(0, 4).Select(_ => Log.AppendAsync(round, Rated(1, round), Token).AsTask()).ToArray();
            await Task.WhenAll(appends.Select(append => append.ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default)));
            Assert.Equal(1, appends.Count(append => append.IsCompletedSuccessfully));
            Assert.All(appends.Where(append => append.IsFaulted), append =>
                Assert.IsType<ConcurrentWriterException>(append.Exception!.InnerException));
        }
    }

    [Fact]
    public async Task Writer_who_has_seen_an_erasure_goes_on_after_it_is_forgotten()
    {
        await Log.AppendAsync(0, Rated(1, 10), Token);
        var erased = await Log.EraseUserAsync(1, Token);
        await Assert.ThrowsAsync<ConcurrentWriterException>(async () => await Log.AppendAsync(1, Rated(1, 11), Token));
        await Log.ForgetErasedAsync(erased, Token);

        Assert.Equal(erased + 1, await Log.AppendAsync(erased, Rated(1, 11), Token));
    }

    [Fact]
    public async Task Reading_goes_on_from_a_sequence_and_stops_at_the_limit()
    {
        await Log.AppendAsync(Rated(1, [.. Enumerable.Range(1, 50).Select(i => (long)i)]), Token);

        Assert.Equal([21L, 22, 23], (await Log.EntriesAsync(20, 3, Token)).Select(e => e.Sequence));
        Assert.Equal([50L], (await Log.EntriesAsync(49, int.MaxValue, Token)).Select(e => e.Sequence));
        Assert.Empty(await Log.EntriesAsync(50, 10, Token));
        Assert.Empty(await Log.EntriesAsync(long.MaxValue, 10, Token));
    }

    [Fact]
    public async Task User_and_movie_see_their_entries_in_order()
    {
        await Log.AppendAsync(Rated(1, 10, 11), Token);
        await Log.AppendAsync(Rated(2, 11, 12), Token);
        await Log.AppendAsync(new[] { RatingChange.Deleted(1, 11) }, Token);

        var user = await Log.ReadUserAsync(1, Token);
        Assert.Equal([(1L, 10L), (2, 11), (5, 11)], user.Select(e => (e.Sequence, e.MovieId)));
        Assert.Equal(RatingEntryKind.Deleted, user[2].Kind);
        Assert.Equal([(2L, 1L), (3, 2), (5, 1)], (await Log.ReadMovieAsync(11, int.MaxValue, Token)).Select(e => (e.Sequence, e.UserId)));
    }

    [Fact]
    public async Task Of_a_movie_the_newest_entries_come_in_order()
    {
        await Log.AppendAsync(Rated(1, 10, 11), Token);
        await Log.AppendAsync(Rated(2, 11, 12), Token);
        await Log.AppendAsync(Rated(3, 11), Token);

        Assert.Equal([3L, 5], (await Log.ReadMovieAsync(11, 2, Token)).Select(e => e.Sequence));
        Assert.Equal([2L, 3, 5], (await Log.ReadMovieAsync(11, 3, Token)).Select(e => e.Sequence));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Log.ReadMovieAsync(11, 0, Token));
    }

    [Fact]
    public async Task A_hundred_writers_lose_nothing_and_each_call_stays_together()
    {
        await Task.WhenAll(Enumerable.Range(1, 100).Select(async user =>
        {
            for (var call = 0; call < 10; call++)
            {
                var last = await Log.AppendAsync(Rated(user, call * 2, (call * 2) + 1), Token);
                Assert.InRange(Log.KnownSequence, last, long.MaxValue);
                Assert.Equal(last, (await Log.ReadUserAsync(user, Token))[^1].Sequence);
            }
        }));

        var entries = await Log.EntriesAsync(0, 10_000, Token);
        Assert.Equal(Enumerable.Range(1, 2000).Select(i => (long)i), entries.Select(e => e.Sequence));
        Assert.All(entries.Chunk(2), call => Assert.Equal((call[0].UserId, call[0].MovieId + 1), (call[1].UserId, call[1].MovieId)));
        Assert.All(entries.GroupBy(e => e.UserId), user => Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), user.Select(e => e.MovieId)));
    }

    [Fact]
    public async Task Reader_that_follows_the_writers_misses_nothing()
    {
        var seen = new List<long>();
        var writing = Task.WhenAll(Enumerable.Range(1, 20).Select(async user =>
        {
            for (var call = 0; call < 20; call++)
            {
                await Log.AppendAsync(Rated(user, 1, 2, 3), Token);
            }
        }));
        while (seen.Count < 1200)
        {
            var entries = await Log.EntriesAsync(seen.Count == 0 ? 0 : seen[^1], 7, Token);
            seen.AddRange(entries.Select(e => e.Sequence));
            if (entries.Count == 0)
            {
                await Task.Yield();
            }
        }

        await writing;
        Assert.Equal(Enumerable.Range(1, 1200).Select(i => (long)i), seen);
    }

    [Fact]
    public async Task Erasure_removes_the_ratings_and_tells_readers_which()
    {
        await Log.AppendAsync(Rated(1, 10, 11, 12), Token);
        await Log.AppendAsync(Rated(2, 10), Token);
        await Log.AppendAsync(Rated(1, 11), Token);

        var last = await Log.EraseUserAsync(1, Token);

        Assert.Equal(8, last);
        Assert.Equal(8, Log.KnownSequence);
        var entries = await Log.EntriesAsync(0, 100, Token);
        Assert.Equal([(4L, 2L, 10L), (6, 1, 10), (7, 1, 12), (8, 1, 11)], entries.Select(e => (e.Sequence, e.UserId, e.MovieId)));
        Assert.All(entries.Skip(1), e => Assert.Equal((RatingEntryKind.Deleted, 0f, 0L), (e.Kind, e.Value, e.RatedAtMicros)));
        Assert.Equal(entries.Skip(1), await Log.ReadUserAsync(1, Token));
    }

    [Fact]
    public async Task Dismissals_are_entries_in_order_and_go_with_the_user()
    {
        await Log.AppendAsync(0, (RatingChange[])[RatingChange.Rated(new Rating(1, 10, 4, 100)), RatingChange.Dismissal(1, 11, undo: false)], Token);
        await Log.AppendAsync(2, (RatingChange[])[RatingChange.Dismissal(1, 10, undo: false), RatingChange.Dismissal(1, 11, undo: true)], Token);
        await Log.AppendAsync(0, (RatingChange[])[RatingChange.Dismissal(2, 11, undo: false)], Token);

        var entries = await Log.ReadUserAsync(1, Token);
        Assert.Equal(
            [RatingEntryKind.Rated, RatingEntryKind.Dismissed, RatingEntryKind.Dismissed, RatingEntryKind.Undismissed],
            entries.Select(entry => entry.Kind));
        Assert.Equal([10L, 11, 10, 11], entries.Select(entry => entry.MovieId));

        Assert.Equal(7, await Log.EraseUserAsync(1, Token));
        Assert.All(await Log.ReadUserAsync(1, Token), entry => Assert.Equal(RatingEntryKind.Deleted, entry.Kind));
        Assert.Equal(RatingEntryKind.Dismissed, Assert.Single(await Log.ReadUserAsync(2, Token)).Kind);

        // One who has dismissed alone is erased too, and can come back.
        var last = await Log.EraseUserAsync(2, Token);
        Assert.Equal(8, last);
        Assert.Equal(RatingEntryKind.Deleted, Assert.Single(await Log.ReadUserAsync(2, Token)).Kind);
        Assert.Equal(9, await Log.AppendAsync(8, (RatingChange[])[RatingChange.Dismissal(2, 11, undo: false)], Token));
    }

    [Fact]
    public async Task Erasing_an_unknown_user_or_twice_appends_nothing()
    {
        await Log.AppendAsync(Rated(1, 10), Token);

        Assert.Equal(0, await Log.EraseUserAsync(99, Token));
        Assert.Equal(2, await Log.EraseUserAsync(1, Token));
        Assert.Equal(0, await Log.EraseUserAsync(1, Token));
        Assert.Equal(2, Log.KnownSequence);
        Assert.Equal([2L], (await Log.ReadUserAsync(1, Token)).Select(e => e.Sequence));
    }

    [Fact]
    public async Task Reader_behind_an_erasure_still_learns_of_every_deletion()
    {
        // The reader has seen the ratings of 10 and 11, and nothing after them.
        var seen = await Log.AppendAsync(Rated(1, 10, 11), Token);
        await Log.AppendAsync(new[] { RatingChange.Deleted(1, 10) }, Token);
        await Log.EraseUserAsync(1, Token);
        await Log.AppendAsync(Rated(1, 12), Token);
        await Log.EraseUserAsync(1, Token);

        var missed = await Log.EntriesAsync(seen, 100, Token);
        Assert.All(missed, e => Assert.Equal(RatingEntryKind.Deleted, e.Kind));
        Assert.Equal([10L, 11, 12], missed.Select(e => e.MovieId).Order());
    }

    [Fact]
    public async Task Erasure_takes_what_deletions_replaced()
    {
        await Log.AppendAsync(Rated(1, 10, 11), Token);
        await Log.AppendAsync(new[] { RatingChange.Deleted(1, 10, 4, 1_000_010) }, Token);

        await Log.EraseUserAsync(1, Token);

        Assert.All(await Log.EntriesAsync(0, 10, Token), e => Assert.Equal((0f, 0L), (e.ReplacedValue, e.ReplacedAtMicros)));
        Assert.All(await Log.ReadMovieAsync(10, int.MaxValue, Token), e => Assert.Equal((0f, 0L), (e.ReplacedValue, e.ReplacedAtMicros)));
    }

    [Fact]
    public async Task Reader_behind_a_forgotten_erasure_is_told_to_start_over()
    {
        await Log.AppendAsync(Rated(1, 10, 11), Token);
        await Log.ForgetErasedAsync(2, Token);
        Assert.Equal(0, (await Log.ReadAsync(1, 10, Token)).ForgottenThrough);

        var erased = await Log.EraseUserAsync(1, Token);
        await Log.ForgetErasedAsync(erased, Token);

        var page = await Log.ReadAsync(1, 10, Token);
        Assert.Empty(page.Entries);
        Assert.Equal(erased, page.ForgottenThrough);
        Assert.True(page.Overtakes(1));
        Assert.False(page.Overtakes(0));
        Assert.False(page.Overtakes(erased));
    }

    [Fact]
    public async Task Last_erasure_is_known_before_and_after_it_is_forgotten()
    {
        await Log.AppendAsync(Rated(1, 10, 11), Token);
        await Log.AppendAsync(Rated(2, 10), Token);
        await Log.AppendAsync(new[] { RatingChange.Deleted(2, 10) }, Token);
        Assert.Equal(0, await Log.ReadLastErasureAsync(Token));

        var erased = await Log.EraseUserAsync(1, Token);
        await Log.AppendAsync(Rated(1, 20), Token);
        Assert.Equal(erased, await Log.ReadLastErasureAsync(Token));

        await Log.ForgetErasedAsync(long.MaxValue, Token);
        Assert.Equal(erased, await Log.ReadLastErasureAsync(Token));
        erased = await Log.EraseUserAsync(1, Token);
        Assert.Equal(erased, await Log.ReadLastErasureAsync(Token));
    }

    [Fact]
    public async Task Forgetting_drops_the_deletions_of_erased_users_only_and_only_so_far()
    {
        await Log.AppendAsync(Rated(1, 10, 11), Token);
        await Log.AppendAsync(Rated(2, 10), Token);
        await Log.AppendAsync(new[] { RatingChange.Deleted(2, 10) }, Token);
        await Log.EraseUserAsync(1, Token);
        await Log.AppendAsync(Rated(1, 20), Token);

        await Log.ForgetErasedAsync(5, Token);
        Assert.Equal([3L, 4, 6, 7], (await Log.EntriesAsync(0, 100, Token)).Select(e => e.Sequence));

        await Log.ForgetErasedAsync(long.MaxValue, Token);
        Assert.Equal([3L, 4, 7], (await Log.EntriesAsync(0, 100, Token)).Select(e => e.Sequence));
        Assert.Equal([7L], (await Log.ReadUserAsync(1, Token)).Select(e => e.Sequence));
        Assert.Equal([7L], (await Log.ReadMovieAsync(20, int.MaxValue, Token)).Select(e => e.Sequence));
        Assert.Empty(await Log.ReadMovieAsync(11, int.MaxValue, Token));
    }

    [Fact]
    public async Task Sequences_of_erased_and_forgotten_entries_are_not_given_again()
    {
        await Log.AppendAsync(Rated(1, 10), Token);
        await Log.EraseUserAsync(1, Token);
        await Log.ForgetErasedAsync(2, Token);

        Assert.Empty(await Log.EntriesAsync(0, 10, Token));
        Assert.Equal(2, Log.KnownSequence);
        Assert.Equal(3, await Log.AppendAsync(Rated(1, 10), Token));
    }

    [Fact]
    public async Task Cancelled_caller_gets_a_cancellation()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Log.AppendAsync(Rated(1, 1), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Log.EntriesAsync(0, 1, cancelled.Token));
    }

    protected static RatingChange[] Rated(long userId, params long[] movieIds) =>
        [.. movieIds.Select(movieId => RatingChange.Rated(new Rating(userId, movieId, 4f, 1_000_000 + movieId)))];
}
