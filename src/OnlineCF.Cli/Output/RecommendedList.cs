using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Output;

/// <summary>A list of recommended movies as people read it.</summary>
internal sealed class RecommendedList(Terminal terminal, RecommendRequest request)
{
    private const int ReasonsShown = 3;

    /// <summary>Writes the list, and where it comes from.</summary>
    public void Write(RecommendResponse answer)
    {
        if (answer.Movies.Count == 0)
        {
            terminal.WriteLine(WhyEmpty(answer));
            return;
        }

        if (answer.Source == RecommendationSource.Popular)
        {
            WritePopular(answer);
            terminal.WriteLine(answer.ModelVersion == 0
                ? "Popular movies: there is no model yet. Rounds of training make one by themselves, or 'onlinecf train' now."
                : "Popular movies: nothing personal is known yet.");
            return;
        }

        WritePersonal(answer);
        terminal.WriteLine($"Personal, from model version {Tables.Number(answer.ModelVersion)}.");
    }

    // The score counts ratings here, and there are no reasons.
    private void WritePopular(RecommendResponse answer)
    {
        var table = Tables.Create("#rank", "#movie", "title", "#year", "genres", "#stars");
        for (var i = 0; i < answer.Movies.Count; i++)
        {
            table.Add(CellsOf(answer.Movies[i], i));
        }

        terminal.Write(table);
    }

    private void WritePersonal(RecommendResponse answer)
    {
        string[] columns = ["#rank", "#movie", "title", "#year", "genres", "#stars", "#score"];
        var table = new FittedTable(terminal.IsNarrow, request.Explain ? [.. columns, "?because"] : columns);
        for (var i = 0; i < answer.Movies.Count; i++)
        {
            var entry = answer.Movies[i];
            string[] cells = [.. CellsOf(entry, i), Tables.Figure(entry.Score, "0.000")];
            table.Add(request.Explain ? [.. cells, Because(entry)] : cells);
        }

        terminal.Write(table);
        for (var i = 0; i < answer.Movies.Count && terminal.IsNarrow && request.Explain; i++)
        {
            if (Because(answer.Movies[i]) is { Length: > 0 } because)
            {
                terminal.WriteLine($"{Tables.Number(i + 1)}: {because}");
            }
        }
    }

    private static string[] CellsOf(RecommendedMovie entry, int place) =>
    [
        Tables.Number(place + 1),
        Tables.Number(entry.Movie?.MovieId ?? 0),
        Tables.Title(entry.Movie),
        Tables.Year(entry.Movie),
        Tables.Genres(entry.Movie),
        entry.PredictedRating > 0 ? Tables.Figure(entry.PredictedRating, "0.0") : Tables.NotMeasured,
    ];

    private static string Because(RecommendedMovie entry)
    {
        var reasons = entry.Reasons
            .Where(x => x.Weight > 0)
            .Take(ReasonsShown)
            .Select(x => x.Title.Length > 0 ? ReadableTitle.Of(x.Title) : $"movie {Tables.Number(x.MovieId)}")
            .ToList();
        return reasons.Count == 0 ? "" : $"you rated {string.Join("; ", reasons)}";
    }

    // A personal list is made for somebody who has rated: then all that the filter leaves is rated.
    private string WhyEmpty(RecommendResponse answer)
    {
        var user = $"user {Tables.Number(request.UserId)}";
        return (answer.Source == RecommendationSource.Personalized, request.Filter is not null, request.IncludeRated) switch
        {
            (true, false, false) => $"No movie to recommend: {user} has rated every one. --include-rated lists those too.",
            (true, true, false) => $"No movie to recommend: {user} has rated every one that the filter leaves, if it leaves any.",
            (false, false, false) => $"No movie to recommend: nobody has rated one yet, or {user} has rated every one.",
            (false, true, false) => $"No movie to recommend: the filter leaves none that somebody has rated and {user} has not.",
            (_, false, true) => "No movie to recommend: nobody has rated one yet.",
            (_, true, true) => "No movie to recommend: the filter leaves none.",
        };
    }
}
