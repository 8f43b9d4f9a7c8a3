using OnlineCF.Core.Streams;
using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Streams;

namespace OnlineCF.Grains.Tests.Streams;

public sealed class PartitionStateTests
{
    [Fact]
    public void Checkpoint_brings_back_sequence_and_statistics()
    {
        var state = new PartitionState { Sequence = 42 };
        state.Set(5, MovieStatistics.None.With(4, 1).With(2, 5));
        state.Set(3, MovieStatistics.None.With(5, 9));
        var back = PartitionState.From(state.ToCheckpoint());
        Assert.Equal(42, back.Sequence);
        Assert.Equal(state.Movies, back.Movies);
    }

    [Fact]
    public void Movie_without_ratings_leaves_the_state()
    {
        var state = new PartitionState();
        state.Set(5, MovieStatistics.None.With(4, 1));
        state.Set(5, MovieStatistics.None);
        Assert.Empty(state.Movies);
    }

    [Fact]
    public void Without_a_checkpoint_the_state_starts_at_the_log_s_beginning() =>
        Assert.Equal(0, PartitionState.From(null).Sequence);

    [Fact]
    public void Checkpoint_of_another_format_is_rebuilt_from_the_log() =>
        Assert.Equal(0, PartitionState.From(new StreamCheckpoint(42, new byte[] { 9, 0, 0, 0, 1, 0, 0, 0 })).Sequence);

    [Fact]
    public void Movies_spread_over_all_partitions_and_stay_there()
    {
        var counts = new int[RatingStream.Partitions];
        for (var movieId = 1L; movieId <= 10_000; movieId++)
        {
            counts[RatingStream.PartitionOf(movieId)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 2000, 3000));
        Assert.Equal(RatingStream.PartitionOf(318), RatingStream.PartitionOf(318));
        Assert.InRange(RatingStream.PartitionOf(long.MaxValue), 0, RatingStream.Partitions - 1);
    }
}
