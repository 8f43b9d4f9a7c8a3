using OnlineCF.Training.Search;

namespace OnlineCF.Training.Tests.Search;

public sealed class FoldSplitTests
{
    private static readonly List<(long, long)> Pairs =
        [.. TestRatings.Checkerboard(40, 31).Select(rating => (rating.User, rating.Movie))];

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(100)]
    public void Every_pair_is_in_one_fold_and_folds_differ_by_one_at_most(int folds)
    {
        var split = FoldSplit.Create(Pairs, folds, 42);

        var sizes = Pairs.CountBy(pair => split.FoldOf(pair.Item1, pair.Item2)).OrderBy(x => x.Key).ToList();

        Assert.Equal(Enumerable.Range(1, folds), sizes.Select(x => x.Key));
        Assert.InRange(sizes.Max(x => x.Value) - sizes.Min(x => x.Value), 0, 1);
    }

    [Fact]
    public void As_many_folds_as_pairs_hold_one_each()
    {
        var few = Pairs.Take(6).ToList();

        var split = FoldSplit.Create(few, 6, 1);

        Assert.Equal([1, 2, 3, 4, 5, 6], few.Select(pair => split.FoldOf(pair.Item1, pair.Item2)).Order());
    }

    [Fact]
    public void The_order_of_the_pairs_changes_nothing_and_the_seed_does()
    {
        var folds = Folds(FoldSplit.Create(Pairs, 5, 42));

        Assert.Equal(folds, Folds(FoldSplit.Create(Pairs.AsEnumerable().Reverse(), 5, 42)));
        Assert.NotEqual(folds, Folds(FoldSplit.Create(Pairs, 5, 43)));
    }

    [Fact]
    public void More_folds_than_pairs_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FoldSplit.Create(Pairs.Take(4), 5, 42));

    private static IEnumerable<int> Folds(FoldSplit split) => Pairs.Select(pair => split.FoldOf(pair.Item1, pair.Item2));
}
