using OnlineCF.Core.Ratings;

namespace OnlineCF.Core.Tests.Ratings;

public sealed class RatingChangeTests
{
    [Fact]
    public void A_rated_change_carries_the_whole_rating() => Assert.Equal(
        new RatingChange(RatingEntryKind.Rated, 1, 318, 4.5f, 99), RatingChange.Rated(new Rating(1, 318, 4.5f, 99)));

    [Fact]
    public void A_deleted_change_carries_neither_value_nor_time() => Assert.Equal(
        new RatingChange(RatingEntryKind.Deleted, 1, 318, 0, 0), RatingChange.Deleted(1, 318));

    [Fact]
    public void Stored_kinds_keep_their_numbers() =>
        Assert.Equal((0, 1), ((int)RatingEntryKind.Rated, (int)RatingEntryKind.Deleted));
}
