namespace OnlineCF.Cli.Import;

/// <summary>A file on its own or inside a zip.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Length">Bytes, uncompressed.</param>
/// <param name="ModifiedAt">When the file itself, or the zip around it, was written.</param>
/// <param name="Open">Opens it from its beginning, for streaming.</param>
internal sealed record DataFile(string Name, long Length, DateTimeOffset ModifiedAt, Func<Stream> Open)
{
    /// <summary>Name without folders.</summary>
    public string BaseName => Path.GetFileName(Name);
}
