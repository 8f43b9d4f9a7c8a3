using OnlineCF.Storage.Sqlite;

namespace OnlineCF.Server;

/// <summary>A copy of the embedded store, made while a server writes to it or without one.</summary>
public static class StoreBackup
{
    /// <inheritdoc cref="EmbeddedBackup.Make"/>
    public static BackupContents Make(string folder, string target, CancellationToken cancellationToken) =>
        EmbeddedBackup.Make(folder, target, cancellationToken);
}
