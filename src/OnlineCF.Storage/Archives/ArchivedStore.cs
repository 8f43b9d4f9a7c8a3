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
