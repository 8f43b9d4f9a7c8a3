using Microsoft.Extensions.Logging;
using OnlineCF.Core.Models;
using OnlineCF.Storage.Folders;
using OnlineCF.Storage.Models;

namespace OnlineCF.Storage.Sqlite.Models;

/// <summary>Finds the manifest of a folder, makes one from the snapshots where it is lost, and clears away leftovers.</summary>
internal static class ManifestRecovery
{
    private const string DamagedSuffix = ".damaged";

    // How many terms may have been acquired since the newest readable snapshot was published. None of them
    // may publish any more.
    private const long TermMargin = 1_000_000;

    /// <summary>Reads the folder's manifest.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="logger">Told what was lost and what stands in for it.</param>
    public static ModelManifest Load(string folder, ILogger logger)
    {
        var path = Path.Combine(folder, ManifestFile.Name);
        ModelManifest manifest;
        try
        {
            manifest = ManifestFile.Read(path);
        }
        catch (FileNotFoundException)
        {
            return SnapshotVersions(folder).Count == 0
                ? ModelManifest.Empty
                : Rebuild(folder, path, "is missing", logger);
        }
        catch (InvalidDataException e)
        {
            File.Move(path, path + DamagedSuffix, overwrite: true);
            return Rebuild(folder, path, $"was damaged ({e.Message})", logger);
        }

        return Tidy(folder, manifest);
    }

    /// <summary>Removes what a stopped or failed publication left, and never gives its version again.</summary>
    private static ModelManifest Tidy(string folder, ModelManifest manifest)
    {
        foreach (var temporary in Directory.EnumerateFiles(folder, "*" + DurableFile.TemporarySuffix))
        {
            DurableFile.DeleteQuietly(temporary);
        }

        var next = manifest.NextVersion;
        foreach (var version in SnapshotVersions(folder).Where(version => manifest.Find(version) is null))
        {
            DurableFile.DeleteQuietly(Path.Combine(folder, SnapshotFile.NameOf(version)));
            next = Math.Max(next, version + 1);
        }

        return manifest with { NextVersion = next };
    }

    private static ModelManifest Rebuild(string folder, string path, string loss, ILogger logger)
    {
        var versions = SnapshotVersions(folder);
        var models = new List<ModelEntry>();
        var term = 0L;
        foreach (var version in versions.OrderDescending())
        {
            var file = Path.Combine(folder, SnapshotFile.NameOf(version));
            try
            {
                var (header, sizeBytes, checksum) = SnapshotFile.Verify(file, version, expectedChecksum: null);
                models.Add(new ModelEntry(version, sizeBytes, checksum, header.Round));
                term = Math.Max(term, header.Term);
            }
            catch (CorruptSnapshotException e)
            {
                File.Move(file, file + DamagedSuffix, overwrite: true);
                logger.SnapshotSetAside(e.Message);
            }
        }

        var manifest = ModelManifest.Empty with
        {
            Term = term + TermMargin,
            NextVersion = versions.DefaultIfEmpty(0).Max() + 1,
            ServingVersion = models.Count > 0 ? models[0].Version : 0,
            Models = models,
            Rounds = [.. models.Select(model => model.Round)],
        };
        ManifestFile.Write(path, manifest);
        logger.ManifestMadeAnew(path, loss, models.Count, manifest.ServingVersion);
        return manifest;
    }

    private static List<long> SnapshotVersions(string folder)
    {
        var versions = new List<long>();
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (SnapshotFile.TryParseName(Path.GetFileName(file), out var version))
            {
                versions.Add(version);
            }
        }

        return versions;
    }
}
