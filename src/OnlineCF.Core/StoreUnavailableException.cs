namespace OnlineCF.Core;

/// <summary>The store cannot be reached or cannot write now; the same call may succeed later.</summary>
public sealed class StoreUnavailableException : Exception
{
    /// <inheritdoc cref="StoreUnavailableException"/>
    public StoreUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
