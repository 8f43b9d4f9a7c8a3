using System.Globalization;
using OnlineCF.Storage.Models;

namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>Tells a folder that lost its ratings from a new one.</summary>
internal static class LostDatabase
{
    /// <summary>Refuses an empty database where there were ratings, until whoever runs the server says that it may be empty.</summary>
    /// <returns>What is odd all the same, for people; null when nothing is.</returns>
    /// <exception cref="StoreCorruptException">There were ratings, and the database has none.</exception>
    public static string? Refuse(string folder, string file, long keptSequence)
    {
        var info = new FileInfo(file);
        if (info is { Exists: true, Length: > 0 })
        {
            return null;
        }

        var kept = Path.Combine(folder, KeptLogEnd.FileName);
        var state = info.Exists ? "is empty" : "is missing";
        if (keptSequence > 0)
        {
            var delete = info.Exists ? $"'{file}' and '{kept}'" : $"'{kept}'";
            throw new StoreCorruptException(file, string.Create(
                CultureInfo.InvariantCulture,
                $"it {state}, but its rating log had reached sequence {keptSequence}. Restore it from a copy, or delete {delete} to begin with no ratings."));
        }

        if (!HasModels(Path.Combine(folder, EmbeddedStorage.ModelsFolder)))
        {
            return null;
        }

        return info.Exists
            ? throw new StoreCorruptException(
                file, $"it {state}, but models were trained on it. Restore it from a copy, or delete it to begin with no ratings.")
            : $"'{file}' was missing, but there are models beside it: their ratings are lost or elsewhere. The rating log begins anew.";
    }

    /// <summary>What a log that ends too early has lost, for people; null when it does not.</summary>
    public static string? LossOf(string file, long keptSequence, long lastSequence) => lastSequence >= keptSequence
        ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"The rating log in '{file}' ends at sequence {lastSequence}, but had reached {keptSequence}: what came after it, {keptSequence - lastSequence} ratings or deletions at the least, is lost. The file is an older copy, or its -wal file was deleted or damaged.");

    private static bool HasModels(string folder) => Directory.Exists(folder)
        && Directory.EnumerateFiles(folder).Any(path => SnapshotFile.TryParseName(Path.GetFileName(path), out _));
}
