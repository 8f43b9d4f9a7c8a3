namespace OnlineCF.Core.Archives;

/// <summary>How far an export or a restore is.</summary>
/// <param name="Part">What is being written or read.</param>
/// <param name="Done">Of it: entries, movies, models or rows.</param>
/// <param name="Total">How many there are; 0 where nobody knows yet.</param>
public readonly record struct ArchiveProgress(string Part, long Done, long Total);

/// <summary>What goes into an archive.</summary>
public enum ArchiveContents
{
    /// <summary>Everything: what a restore wants.</summary>
    All = 0,

    /// <summary>Current ratings and movies alone; no restore can be made of it, but an import.</summary>
    Ratings = 1,

    /// <summary>Ids and vectors of the model that serves, as NumPy's arrays.</summary>
    Factors = 2,
}
