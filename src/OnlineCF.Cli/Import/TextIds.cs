using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OnlineCF.Cli.Import;

/// <summary>
/// Numbers of users and movies that a file calls by names. A number is a hash of the name, so that it is the same in every
/// import, on every machine; which name it stands for is kept in a file, one line of name, user or movie, and number each.
/// </summary>
internal sealed class TextIds
{
    private const long Mask = (1L << 52) - 1;

    private const string MovieKind = "movie";
    private const string UserKind = "user";

    private readonly string _path;
    private readonly Dictionary<(string Name, bool IsMovie), long> _numbers = [];
    private readonly Dictionary<long, string> _names = [];
    private readonly List<(string Name, bool IsMovie)> _news = [];

    /// <summary>Reads what earlier imports have kept.</summary>
    /// <param name="path">The file; it need not be there.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public TextIds(string path)
    {
        _path = path;
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            var parts = line.Split(',');
            if (parts.Length < 3 || parts[^2] is not (MovieKind or UserKind)
                || !long.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw new InvalidDataException($"{path} is damaged: '{line}' is not name,{UserKind} or {MovieKind},number.");
            }

            Keep(Unescaped(string.Join(',', parts[..^2])), parts[^2] == MovieKind, number);
        }
    }

    /// <summary>Where the names are kept.</summary>
    public string Path => _path;

    /// <summary>Movies that no import has met before this one.</summary>
    public IEnumerable<(string Name, long Number)> NewMovies =>
        _news.Where(name => name.IsMovie).Select(name => (name.Name, _numbers[name]));

    /// <summary>How many there are.</summary>
    public int Count => _names.Count;

    /// <summary>The number of a name, from 2^52 to below 2^53, where files with numbers have none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isMovie">Whether it is a movie's.</param>
    /// <exception cref="InvalidDataException">Two names have one number.</exception>
    public long Of(ReadOnlySpan<byte> name, bool isMovie)
    {
        var text = MovieLensText.Encoding.GetString(name);
        if (_numbers.TryGetValue((text, isMovie), out var known))
        {
            return known;
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        var number = (BinaryPrimitives.ReadInt64BigEndian(hash) & Mask) | (Mask + 1);
        Keep(text, isMovie, number);
        _news.Add((text, isMovie));
        return number;
    }

    /// <summary>Adds the new names to the file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_path)!);
        File.AppendAllLines(_path, _news.Select(name => string.Create(
            CultureInfo.InvariantCulture, $"{Escaped(name.Name)},{(name.IsMovie ? MovieKind : UserKind)},{_numbers[name]}")));
        _news.Clear();
    }

    private void Keep(string name, bool isMovie, long number)
    {
        _numbers[(name, isMovie)] = number;
        if (!_names.TryAdd(number, name) && _names[number] != name)
        {
            throw new InvalidDataException($"'{name}' and '{_names[number]}' would have one number; give one of them another name.");
        }
    }

    // A name may go over lines.
    private static string Escaped(string name) => name
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal);

    private static string Unescaped(string text)
    {
        var name = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            name.Append(text[i] != '\\' || i == text.Length - 1 ? text[i] : text[++i] switch
            {
                'n' => '\n',
                'r' => '\r',
                var other => other,
            });
        }

        return name.ToString();
    }
}
