using System.Globalization;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Cli.Evaluate;

/// <summary>Users' lists as text: user, tab, movie; best first.</summary>
internal static class ListsFile
{
    /// <summary>Writes one line for each movie of each list.</summary>
    public static void Write(string path, IEnumerable<UserList> lists)
    {
        using var text = new StreamWriter(path) { NewLine = "\n" };
        foreach (var list in lists)
        {
            foreach (var movieId in list.MovieIds)
            {
                text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{list.UserId}\t{movieId}"));
            }
        }
    }
}
