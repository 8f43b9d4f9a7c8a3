using System.IO.Compression;

namespace OnlineCF.Cli.Import;

/// <summary>What there is to import under a path. Disposing it closes the zip, if it is one.</summary>
internal sealed class Dataset : IDisposable
{
    private static readonly string[] RatingNames = ["ratings.csv", "ratings.dat", "u.data", "rating.csv", "combined_data_1.txt"];
    private static readonly string[] MovieNames = ["movies.csv", "movies.dat", "u.item", "movie.csv", MovieReader.NetflixTitles, "movie_titles.txt"];
    // Ratings of one person have no user column.
    private static readonly RatingRules Personal = new() { User = 1 };
    private static readonly string[] Packed = [".gz"];
    private readonly ZipArchive? _zip;

    private Dataset(string path, ZipArchive? zip, DataFile? ratings, DataFile? movies, DataFile? genres)
    {
        (Path, _zip, Ratings, Movies, Genres) = (path, zip, ratings, movies, genres);
    }

    /// <summary>The full path that was given.</summary>
    public string Path { get; }

    /// <summary>The ratings, if any.</summary>
    public DataFile? Ratings { get; }

    /// <summary>The movies, if any.</summary>
    public DataFile? Movies { get; }

    /// <summary>u.genre, if any.</summary>
    public DataFile? Genres { get; }

    /// <summary>Finds out what the path holds.</summary>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    /// <exception cref="InvalidDataException">There is something, but neither ratings nor movies.</exception>
    public static Dataset Find(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            return FindIn(full, FilesIn(full), zip: null);
        }

        if (!File.Exists(full))
        {
            throw new FileNotFoundException($"There is no file or folder {path}.", path);
        }

        if (IsZip(full))
        {
            return FindInZip(full);
        }

        if (full.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            throw NoZip(full);
        }

        var file = OnDisk(full, System.IO.Path.GetFileName(full));
        var (ratings, movies) = Holds(file);
        return new Dataset(full, null, ratings ? file : null, movies ? file : null, movies ? Sibling(full, "u.genre") : null);
    }

    /// <inheritdoc/>
    public void Dispose() => _zip?.Dispose();

    private static Dataset FindInZip(string path)
    {
        ZipArchive? zip = null;
        try
        {
            zip = ZipFile.OpenRead(path);
            var modifiedAt = new DateTimeOffset(File.GetLastWriteTimeUtc(path));
            var files = zip.Entries
                .Where(x => x.Name.Length > 0 && !x.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal))
                .Select(x => new DataFile(x.FullName, x.Length, modifiedAt, x.Open));
            return FindIn(path, [.. files], zip);
        }
        catch (InvalidDataException) when (zip is null)
        {
            throw NoZip(path);
        }
        catch (InvalidDataException e)
        {
            zip?.Dispose();
            throw new InvalidDataException($"{System.IO.Path.GetFileName(path)}: {e.Message}", e);
        }
    }

    private static InvalidDataException NoZip(string path) =>
        new($"{System.IO.Path.GetFileName(path)}: this is no zip file, or a damaged one; fetch it again.");

    private static Dataset FindIn(string path, List<DataFile> files, ZipArchive? zip)
    {
        var ratings = Shallowest(files, RatingNames);
        var movies = Shallowest(files, MovieNames);
        if (ratings is null && movies is null)
        {
            var csvs = files.FindAll(x => PlainName(x).EndsWith(".csv", StringComparison.OrdinalIgnoreCase)
                || PlainName(x).EndsWith(".inter", StringComparison.OrdinalIgnoreCase));
            ratings = csvs.Count == 1 ? csvs[0] : throw new InvalidDataException(
                $"{path} holds neither {string.Join(", ", RatingNames)} nor one single CSV file"
                + (csvs.Count > 1 ? $" but {csvs.Count}; name the one to import." : "."));
        }

        if (ratings is not null && movies is null)
        {
            movies = Holds(ratings).Movies ? ratings : null;
        }

        return new Dataset(path, zip, WithFollowers(ratings, files), movies, Shallowest(files, ["u.genre"]));
    }

    private static DataFile? Shallowest(List<DataFile> files, string[] names) => files
        .Where(x => names.Contains(PlainName(x), StringComparer.OrdinalIgnoreCase))
        .OrderBy(x => x.Name.Count(c => c is '/' or '\\'))
        .ThenBy(x => x.Name, StringComparer.Ordinal)
        .FirstOrDefault();

    private static List<DataFile> FilesIn(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true };
        return [.. Directory.EnumerateFiles(folder, "*", options)
            .Select(x => OnDisk(x, System.IO.Path.GetRelativePath(folder, x)))];
    }

    private static DataFile OnDisk(string path, string name)
    {
        var info = new FileInfo(path);
        return new DataFile(name, info.Length, new DateTimeOffset(info.LastWriteTimeUtc), () => File.OpenRead(path));
    }

    private static DataFile? Sibling(string path, string name)
    {
        var sibling = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path) ?? "", name);
        return File.Exists(sibling) ? OnDisk(sibling, name) : null;
    }

    private static bool IsZip(string path)
    {
        using var stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[4];
        return stream.ReadAtLeast(start, 4, throwOnEndOfStream: false) == 4 && start is [(byte)'P', (byte)'K', 3 or 5, 4 or 6];
    }

    // combined_data_2.txt and so on go on where the first one ends.
    private static DataFile? WithFollowers(DataFile? ratings, List<DataFile> files)
    {
        const string First = "combined_data_1.txt";
        if (ratings is null || !ratings.BaseName.Equals(First, StringComparison.OrdinalIgnoreCase))
        {
            return ratings;
        }

        DataFile[] parts =
        [
            .. Enumerable.Range(1, 9).Select(i => Shallowest(files, [First.Replace("1", $"{i}", StringComparison.Ordinal)])).OfType<DataFile>(),
        ];
        return ratings with { Length = parts.Sum(part => part.Length), Open = () => new ChainedStream(parts.Select(part => part.Open)) };
    }

    private static string PlainName(DataFile file) => Packed.FirstOrDefault(
        x => file.BaseName.EndsWith(x, StringComparison.OrdinalIgnoreCase)) is { } packed
        ? file.BaseName[..^packed.Length]
        : file.BaseName;

    // A file with a user, a movie and a rating column is ratings, whatever else it has; with titles it is movies too.
    private static (bool Ratings, bool Movies) Holds(DataFile file)
    {
        if (MovieNames.Contains(PlainName(file), StringComparer.OrdinalIgnoreCase))
        {
            return (false, true);
        }

        using var stream = MovieLensText.OpenUtf8(file);
        if (!new LineReader(stream, file.Name, _ => { }).TryRead(out var header))
        {
            return (true, false);
        }

        var hasTitle = MovieLensText.Encoding.GetString(header).Split(',', ';', '\t')
            .Any(x => x.Trim().Trim('"').Equals("title", StringComparison.OrdinalIgnoreCase));
        return (!hasTitle || IsRatings(header), hasTitle && !PersonalExport.IsHeader(header));
    }

    private static bool HasUsers(ReadOnlySpan<byte> header)
    {
        try
        {
            return RatingFormat.Detect(header).HasHeader;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static bool IsRatings(ReadOnlySpan<byte> header)
    {
        try
        {
            return RatingFormat.Detect(header, Personal).HasHeader;
        }
        catch (InvalidDataException)
        {
            return PersonalExport.IsHeader(header) || HasUsers(header);
        }
    }
}
