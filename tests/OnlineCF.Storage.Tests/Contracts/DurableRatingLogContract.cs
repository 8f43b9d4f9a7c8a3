using OnlineCF.Core;
using OnlineCF.Core.Ratings;

namespace OnlineCF.Storage.Tests.Contracts;

/// <summary>What every rating log must do whose entries outlive its process.</summary>
public abstract class DurableRatingLogContract : RatingLogContract
{
    /// <summary>Closes <see cref="RatingLogContract.Log"/>.</summary>
    protected abstract void Close();

    /// <summary>Closes it and opens the same log again.</summary>
    protected abstract void Reopen();

    [Fact]
    public async Task Entries_and_the_last_sequence_outlive_the_process()
    {
        await Log.AppendAsync(Rated(1, 10, 11), Token);
        var before = await Log.EntriesAsync(0, 10, Token);

        Reopen();

        Assert.Equal(2, Log.KnownSequence);
        Assert.Equal(before, await Log.EntriesAsync(0, 10, Token));
        Assert.Equal(3, await Log.AppendAsync(Rated(1, 12), Token));
    }

    [Fact]
    public async Task Erased_sequences_are_not_given_again_after_a_restart()
    {
        await Log.AppendAsync(Rated(1, 10), Token);
        await Log.AppendAsync(new[] { RatingChange.Deleted(1, 10) }, Token);
        Assert.Equal(0, await Log.EraseUserAsync(1, Token));
        await Log.ForgetErasedAsync(2, Token);

        Reopen();

        Assert.Equal(2, Log.KnownSequence);
        Assert.Equal(3, await Log.AppendAsync(Rated(1, 10), Token));
    }

    [Fact]
    public async Task Other_writers_and_forgotten_erasures_are_known_after_a_restart()
    {
        await Log.AppendAsync(0, Rated(1, 10), Token);
        await Log.AppendAsync(0, Rated(2, 10), Token);
        var erased = await Log.EraseUserAsync(2, Token);
        await Log.ForgetErasedAsync(erased, Token);

        Reopen();

        await Assert.ThrowsAsync<ConcurrentWriterException>(async () => await Log.AppendAsync(0, Rated(1, 11), Token));
        Assert.Equal(erased, (await Log.ReadAsync(1, 10, Token)).ForgottenThrough);
        Assert.Equal(erased + 1, await Log.AppendAsync(1, Rated(1, 11), Token));
    }

    [Fact]
    public async Task Deletions_of_erased_users_can_be_forgotten_after_a_restart()
    {
        await Log.AppendAsync(Rated(1, 10), Token);
        await Log.EraseUserAsync(1, Token);
        Reopen();

        await Log.ForgetErasedAsync(2, Token);

        Assert.Empty(await Log.EntriesAsync(0, 10, Token));
    }

    [Fact]
    public async Task Appends_that_wait_when_the_log_closes_are_finished()
    {
        var appends = Enumerable.Range(1, 200).Select(user => Log.AppendAsync(Rated(user, 1), Token).AsTask()).ToArray();

        Reopen();

        var acknowledged = new List<long>();
        foreach (var append in appends)
        {
            try
            {
                acknowledged.Add(await append);
            }
            catch (StoreUnavailableException)
            {
                // Too late to be taken, and told so.
            }
        }

        var stored = (await Log.EntriesAsync(0, 1000, Token)).Select(e => e.Sequence).ToHashSet();
        Assert.Subset(stored, acknowledged.ToHashSet());
        Assert.Equal(200, acknowledged.Count);
    }

    [Fact]
    public async Task Closed_log_is_unavailable()
    {
        var log = Log;
        Close();

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await log.AppendAsync(Rated(1, 1), Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await log.EntriesAsync(0, 1, Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await log.EraseUserAsync(1, Token));
    }
}
