using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Ratings;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Tests.Ratings;

public sealed class InMemoryRatingLogTests : RatingLogContract
{
    protected override IRatingLog Log { get; } = new InMemoryRatingLog();
}
