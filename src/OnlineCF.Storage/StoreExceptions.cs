namespace OnlineCF.Storage;

/// <summary>Another process, or another store of this one, holds the folder.</summary>
public sealed class StoreInUseException(string folder, int? processId, Exception? innerException = null)
    : Exception(
        $"The folder '{folder}' is in use by {(processId is { } id ? $"process {id}" : "another process")}. "
        + "Stop that process or choose another folder.",
        innerException)
{
    /// <summary>Full path of the folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Who holds it; null when not known.</summary>
    public int? ProcessId { get; } = processId;
}

/// <summary>The stored data was written by a newer OnlineCF than this one; nothing was changed.</summary>
public sealed class StoreVersionException(string file, int storedVersion, int knownVersion)
    : Exception(
        $"'{file}' has format version {storedVersion}, but this OnlineCF knows versions up to {knownVersion}. "
        + "Run the version that wrote it, or a newer one.")
{
    /// <summary>The version in the file.</summary>
    public int StoredVersion { get; } = storedVersion;

    /// <summary>The newest version this build reads.</summary>
    public int KnownVersion { get; } = knownVersion;
}

/// <summary>A stored file is damaged, or is no file of OnlineCF; nothing was changed.</summary>
public sealed class StoreCorruptException(string file, string reason, Exception? innerException = null)
    : Exception($"'{file}' cannot be used: {reason}", innerException)
{
    /// <summary>Full path of the damaged file.</summary>
    public string File { get; } = file;
}
