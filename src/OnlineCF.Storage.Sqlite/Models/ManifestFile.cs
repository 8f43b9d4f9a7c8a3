using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OnlineCF.Storage.Folders;

namespace OnlineCF.Storage.Sqlite.Models;

/// <summary>The manifest on disk: <c>{"sha256":"…","manifest":{…}}</c>, the checksum being of the inner object's bytes.</summary>
internal static class ManifestFile
{
    public const string Name = "manifest.json";

    private const string ChecksumName = "sha256";
    private const string ManifestName = "manifest";

    /// <summary>Replaces the manifest durably.</summary>
    public static void Write(string path, ModelManifest manifest)
    {
        var inner = JsonSerializer.SerializeToUtf8Bytes(manifest, ManifestJson.Default.ModelManifest);
        DurableFile.Replace(path, file =>
        {
            file.Write(Encoding.UTF8.GetBytes($$"""{"{{ChecksumName}}":"{{Checksum(inner)}}","{{ManifestName}}":"""));
            file.Write(inner);
            file.WriteByte((byte)'}');
        });
    }

    /// <summary>Reads and checks the manifest.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="StoreVersionException">It was written by a newer version.</exception>
    public static ModelManifest Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var inner = Encoding.UTF8.GetBytes(document.RootElement.GetProperty(ManifestName).GetRawText());
            if (document.RootElement.GetProperty(ChecksumName).GetString() != Checksum(inner))
            {
                throw new InvalidDataException("its checksum does not fit its contents");
            }

            // Of a newer format nothing but this member is known.
            var format = document.RootElement.GetProperty(ManifestName).GetProperty("format").GetInt32();
            return format <= ModelManifest.CurrentFormat
                ? JsonSerializer.Deserialize(inner, ManifestJson.Default.ModelManifest)!
                : throw new StoreVersionException(path, format, ModelManifest.CurrentFormat);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException("it is no valid JSON", e);
        }
    }

    private static string Checksum(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
