using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OnlineCF.Cli.Import;

/// <summary>
/// The marks of unfinished imports, one file each in the user's state folder. A mark only saves time: losing
/// it, or failing to write it, never loses or doubles a rating.
/// </summary>
internal sealed class ResumeMarks(string stateFolder, TimeProvider time)
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);
    private long? _savedAt;

    /// <summary>The saved mark that fits, or null.</summary>
    public ResumeMark? Find(ResumeMark start)
    {
        try
        {
            var mark = JsonSerializer.Deserialize<ResumeMark>(File.ReadAllText(FileOf(start)));
            return mark is { Line: > 0 } && mark.IsFor(start) ? mark : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Saves the mark if the last save was a second ago or more.</summary>
    public void SaveNowAndThen(ResumeMark mark)
    {
        if (_savedAt is not { } savedAt || time.GetElapsedTime(savedAt) >= SaveInterval)
        {
            Save(mark);
        }
    }

    /// <summary>Saves the mark; a folder that cannot be written is no error.</summary>
    public void Save(ResumeMark mark)
    {
        _savedAt = time.GetTimestamp();
        try
        {
            Directory.CreateDirectory(stateFolder);
            var temporary = FileOf(mark) + ".new";
            File.WriteAllText(temporary, JsonSerializer.Serialize(mark));
            File.Move(temporary, FileOf(mark), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Forgets the mark of a finished import.</summary>
    public void Remove(ResumeMark mark)
    {
        try
        {
            File.Delete(FileOf(mark));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private string FileOf(ResumeMark mark)
    {
        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"{mark.Path}\n{mark.File}\n{mark.Server}"));
        return Path.Combine(stateFolder, $"import-{Convert.ToHexStringLower(key.AsSpan(0, 12))}.json");
    }
}
