using Grpc.Core;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Generate;

/// <summary>
/// Keeps a made-up world from being poured over another one: both count users and movies from 1, so titles would
/// be overwritten and ratings mixed. A server that is empty, or that has this world's movies, may take it (again).
/// </summary>
internal sealed class WorldCheck(ServerConnection connection, SyntheticWorld world)
{
    private const int Samples = 10;

    /// <summary>Passes when the server is empty or has this world.</summary>
    /// <exception cref="CommandException">It has something else; the message says what to do.</exception>
    public async Task RequireAsync(CancellationToken cancel)
    {
        try
        {
            var (same, other) = await CompareAsync(cancel);
            var ratings = other is null && same > 0 ? 0 : await RatingsAsync(cancel);
            if (other is not null || ratings > 0)
            {
                throw new CommandException(ExitCodes.Error, $"The server at {connection.Server} "
                    + (other is not null ? $"has other movies ({other})" : "has ratings of something else")
                    + ": generate would overwrite titles and mix the ratings of users with the same ids. "
                    + "Take an empty server, --out DIR to write files, or --force to do it all the same.");
            }
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.PermissionDenied or StatusCode.Unimplemented)
        {
            // Who may write but not read cannot ask.
        }
    }

    // A few movies, evenly over the ids. Most decide: titles of an older release may differ in a word.
    private async Task<(int Same, string? Other)> CompareAsync(CancellationToken cancel)
    {
        var (same, others) = (0, new List<string>());
        for (var i = 0; i < Math.Min(Samples, world.Movies.Count); i++)
        {
            var mine = world.Movies[(int)((long)i * world.Movies.Count / Math.Min(Samples, world.Movies.Count))];
            if (await FindAsync(mine.MovieId, cancel) is not { Title.Length: > 0 } theirs)
            {
                continue;
            }

            if ((theirs.Title, theirs.Year) == (mine.Title, mine.Year))
            {
                same++;
            }
            else
            {
                others.Add($"movie {Tables.Number(mine.MovieId)} is '{theirs.Title}' ({Tables.Number(theirs.Year)}) there and '{mine.Title}' ({Tables.Number(mine.Year)}) here");
            }
        }

        return (same, others.Count > same ? others[0] : null);
    }

    private async Task<Movie?> FindAsync(long movieId, CancellationToken cancel)
    {
        try
        {
            var answer = await connection.Catalog.GetMovieAsync(
                new GetMovieRequest { MovieId = movieId }, ServerConnection.Unary(cancel));
            return answer.Movie;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<long> RatingsAsync(CancellationToken cancel) =>
        (await connection.Training.GetTrainingAsync(new GetTrainingRequest(), ServerConnection.Unary(cancel))).Sequence;
}
