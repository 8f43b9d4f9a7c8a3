using System.Globalization;
using System.Text;
using OnlineCF.Storage.Folders;

namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>
/// The highest durable sequence in a file of its own beside the database, written every few seconds of writing:
/// a database that ends before it has lost ratings, and one that is gone was not a new one.
/// </summary>
internal sealed class KeptLogEnd : IDisposable
{
    /// <summary>The file's name. To delete it says that the ratings may be gone.</summary>
    public const string FileName = "onlinecf.end";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private Func<long> _sequence = () => 0;
    private ITimer? _timer;

    /// <summary>Reads what was kept; 0 where nothing readable was.</summary>
    public KeptLogEnd(string folder, TimeProvider time)
    {
        _path = Path.Combine(folder, FileName);
        _time = time;
        Kept = Read(_path);
    }

    /// <summary>The highest sequence that was kept.</summary>
    public long Kept { get; private set; }

    /// <summary>Keeps this sequence from now on, and when the store closes.</summary>
    public void Follow(Func<long> sequence)
    {
        _sequence = sequence;
        Keep();
        _timer = _time.CreateTimer(_ => Keep(), null, Period, Period);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        Keep();
    }

    private void Keep()
    {
        lock (_lock)
        {
            var sequence = _sequence();

            // Not where the folder is gone: a new one must not look as if there were something in it.
            if (sequence <= Kept || !Directory.Exists(Path.GetDirectoryName(_path)))
            {
                return;
            }

            try
            {
                DurableFile.Replace(
                    _path, file => file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{sequence}\n"))));
                Kept = sequence;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The ratings are safe without it; the next period tries again.
            }
        }
    }

    private static long Read(string path)
    {
        try
        {
            return long.TryParse(File.ReadAllText(path), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var kept)
                ? kept
                : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
