using OnlineCF.Core.Models;

namespace OnlineCF.Core.Archives;

/// <summary>What an archive says of itself; its last file, so that one without it is known to be cut short.</summary>
public sealed record ArchiveManifest
{
    /// <summary>The newest format this build reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Its name in the archive.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Format of the archive.</summary>
    public required int Format { get; init; }

    /// <summary>Of this archive and no other.</summary>
    public required string Id { get; init; }

    /// <summary>What is in it.</summary>
    public required ArchiveContents Contents { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The cut: every entry of the log up to its sequence is in the archive, and no later one.</summary>
    public required LogMarks Log { get; init; }

    /// <summary>Entries of the rating log.</summary>
    public required long Entries { get; init; }

    /// <summary>Current ratings.</summary>
    public required long Ratings { get; init; }

    /// <summary>Movies of the catalogue.</summary>
    public required long Movies { get; init; }

    /// <summary>Partitions of the statistics; 0 where there are none.</summary>
    public int Partitions { get; init; }

    /// <summary>How far each partition's statistics are.</summary>
    public IReadOnlyList<long> PartitionSequences { get; init; } = [];

    /// <summary>Which models serve and come next.</summary>
    public ModelMarks ModelMarks { get; init; } = new(0, 0, 1);

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ModelRecord> Models { get; init; } = [];

    /// <summary>All other files.</summary>
    public required IReadOnlyList<ArchivedFile> Files { get; init; }
}

/// <summary>A file of an archive.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="SizeBytes">Unpacked.</param>
/// <param name="Sha256">Of its bytes, lower-case hex.</param>
public sealed record ArchivedFile(string Name, long SizeBytes, string Sha256);
