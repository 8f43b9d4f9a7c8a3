using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Groups;

namespace OnlineCF.Storage.Postgres.Ratings;

/// <summary>The changes of one call, on their way to the writer.</summary>
internal sealed class AppendWork(long expectedSequence, ReadOnlyMemory<RatingChange> changes) : GroupWork<long>
{
    public override int Weight => changes.Length;

    public long UserId { get; } = changes.Span[0].UserId;

    public long ExpectedSequence => expectedSequence;

    public ReadOnlySpan<RatingChange> Changes => changes.Span;
}
