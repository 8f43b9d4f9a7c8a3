using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OnlineCF.Training.Search;

namespace OnlineCF.Cli.Tune;

/// <summary>
/// The folds done so far, a line each, on disk before the next begins. The file belongs to the ratings'
/// checksum and to all that a fold's figures depend on, so another search keeps a file of its own, and a grid
/// with more values goes on with the folds of the smaller one.
/// </summary>
internal sealed class TuneState : ISearchMemory, IDisposable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly Dictionary<(SearchPoint, int), FoldResult> _folds = [];
    private readonly FileStream _file;

    private TuneState(FileStream file) => _file = file;

    /// <summary>How many folds were there when it was opened.</summary>
    public int Found { get; private set; }

    /// <summary>How many folds there are.</summary>
    public int Count => _folds.Count;

    /// <summary>The file.</summary>
    public string Path => _file.Name;

    /// <summary>Opens the search's file, or begins it.</summary>
    /// <param name="folder">Where the search writes.</param>
    /// <param name="dataChecksum">Of the ratings.</param>
    /// <param name="options">The search.</param>
    /// <param name="fromStart">Forget the folds done.</param>
    /// <exception cref="IOException">It cannot be written, or another process searches with it.</exception>
    public static TuneState Open(string folder, string dataChecksum, SearchOptions options, bool fromStart)
    {
        var binding = new StateBinding(
            1, dataChecksum, options.Folds, options.Epochs, options.PatienceEpochs, options.Seed, options.Device, options.Engine,
            typeof(SearchOptions).Assembly.GetName().Version?.ToString() ?? "");
        var header = JsonSerializer.Serialize(binding, Json);
        var name = $"tune-state-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(header)).AsSpan(0, 6))}.jsonl";
        Directory.CreateDirectory(folder);
        var state = new TuneState(new FileStream(
            System.IO.Path.Combine(folder, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        state.Load(header, fromStart);
        return state;
    }

    /// <inheritdoc/>
    public FoldResult? Find(SearchPoint point, int fold) => _folds.GetValueOrDefault((point, fold));

    /// <inheritdoc/>
    public void Keep(FoldResult fold)
    {
        WriteLine(JsonSerializer.Serialize(fold, Json));
        _folds[(fold.Point, fold.Fold)] = fold;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Load(string header, bool fromStart)
    {
        var bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        var whole = 0L;
        // What stands behind the last newline was cut off by a crash and is written over.
        for (var i = 0; i < lines.Length - 1 && !fromStart && Take(lines[i], i == 0 ? header : null); i++)
        {
            whole += Encoding.UTF8.GetByteCount(lines[i]) + 1;
        }

        _file.SetLength(whole);
        _file.Seek(0, SeekOrigin.End);
        if (whole == 0)
        {
            WriteLine(header);
        }

        Found = _folds.Count;
    }

    private bool Take(string line, string? header)
    {
        if (header is not null)
        {
            return line == header;
        }

        try
        {
            var fold = JsonSerializer.Deserialize<FoldResult>(line, Json)!;
            _folds[(fold.Point, fold.Fold)] = fold;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void WriteLine(string line)
    {
        _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _file.Flush(flushToDisk: true);
    }

    private sealed record StateBinding(
        int Format, string DataSha256, int Folds, int Epochs, int PatienceEpochs, long Seed, string Device, string Engine, string Version);
}
