using OnlineCF.Core.Archives;
using OnlineCF.Core.Catalogue;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;

namespace OnlineCF.Storage.Archives;

/// <summary>The ports of a store that an archive is made of.</summary>
/// <param name="Log">The rating log.</param>
/// <param name="Catalog">The movies.</param>
/// <param name="Checkpoints">The movies' statistics.</param>
/// <param name="Models">The models.</param>
/// <param name="Transfer">What these do not tell.</param>
public sealed record ArchivedStore(
    IRatingReader Log, ICatalog Catalog, IStreamCheckpoints Checkpoints, IModelStore Models, IStoreTransfer Transfer);

/// <summary>The ports of a store that is filled from an archive.</summary>
/// <param name="Catalog">The movies.</param>
/// <param name="Checkpoints">The movies' statistics.</param>
/// <param name="Transfer">The rest.</param>
public sealed record FilledStore(ICatalog Catalog, IStreamCheckpoints Checkpoints, IStoreTransfer Transfer);

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
