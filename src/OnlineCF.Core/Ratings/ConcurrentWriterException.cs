namespace OnlineCF.Core.Ratings;

/// <summary>
/// The log has an entry of the user that the caller does not know: somebody else writes for that user.
/// Nothing was appended; the caller reads the user again and decides anew.
/// </summary>
public sealed class ConcurrentWriterException : Exception
{
    /// <inheritdoc cref="ConcurrentWriterException"/>
    public ConcurrentWriterException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>For the user, with what the caller expected and what there is.</summary>
    public static ConcurrentWriterException Of(long userId, long expectedSequence, long sequence) => new(
        $"The log has an entry {sequence} of user {userId}, after {expectedSequence}, the last that its writer knew.");
}
