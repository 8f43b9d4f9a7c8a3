using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OnlineCF.Cli.Import;

/// <summary>
/// Numbers of users and movies that a file calls by names. A number is a hash of the name, so that it is the same in every
/// import, on every machine; which name it stands for is kept in a file, one line of name,number each.
/// </summary>
internal sealed class TextIds
{
    private const long Mask = (1L << 52) - 1;

    private readonly string _path;
    private readonly Dictionary<string, long> _numbers = [];
    private readonly Dictionary<long, string> _names = [];
    private readonly List<string> _news = [];
    private readonly List<(string Name, long Number)> _newMovies = [];

    /// <summary>Reads what earlier imports have kept.</summary>
    /// <param name="path">The file; it need not be there.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public TextIds(string path)
    {
        _path = path;
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            var cut = line.LastIndexOf(',');
            if (cut < 0 || !long.TryParse(line.AsSpan(cut + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw new InvalidDataException($"{path} is damaged: '{line}' is not name,number.");
            }

            Keep(line[..cut], number);
        }
    }

    /// <summary>Where the names are kept.</summary>
    public string Path => _path;

    /// <summary>Movies that no import has met before this one.</summary>
    public IReadOnlyList<(string Name, long Number)> NewMovies => _newMovies;

    /// <summary>How many there are.</summary>
    public int Count => _numbers.Count;

    /// <summary>The number of a name, above 2^52 less than 2^53, where files with numbers have none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isMovie">Whether it is a movie's.</param>
    /// <exception cref="InvalidDataException">Two names have one number.</exception>
    public long Of(ReadOnlySpan<byte> name, bool isMovie)
    {
        var text = MovieLensText.Encoding.GetString(name);
        if (_numbers.TryGetValue(text, out var known))
        {
            return known;
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        var number = (BinaryPrimitives.ReadInt64BigEndian(hash) & Mask) | (Mask + 1);
        Keep(text, number);
        _news.Add(text);
        if (isMovie)
        {
            _newMovies.Add((text, number));
        }

        return number;
    }

    /// <summary>Adds the new names to the file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_path)!);
        File.AppendAllLines(_path, _news.Select(name => $"{name},{_numbers[name].ToString(CultureInfo.InvariantCulture)}"));
        _news.Clear();
    }

    private void Keep(string name, long number)
    {
        _numbers[name] = number;
        if (!_names.TryAdd(number, name) && _names[number] != name)
        {
            throw new InvalidDataException($"'{name}' and '{_names[number]}' would have one number; give one of them another name.");
        }
    }
}
