using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Import;
using OnlineCF.Cli.Local;
using OnlineCF.Cli.Output;

namespace OnlineCF.Cli.Generate;

/// <summary>Sends a synthetic world to the server, or writes it.</summary>
internal sealed class GenerateRun(VerbInvocation invocation, SyntheticWorld world)
{
    private readonly TimeProvider _time = invocation.Environment.Time;
    private readonly long _startedAt = invocation.Environment.Time.GetTimestamp();

    /// <summary>Streams movies and ratings to the server, as fast as it takes them or at a pace.</summary>
    /// <param name="pace">Ratings per second; null for as many as it takes.</param>
    /// <param name="force">Also to a server that has something else.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="CommandException">The server has something else.</exception>
    public async Task<int> SendAsync(Pace? pace, bool force, CancellationToken cancellationToken)
    {
        if (!force)
        {
            await new WorldCheck(invocation.Connection, world).RequireAsync(cancellationToken);
        }

        var rejections = new BadLines(invocation.Terminal.Note);
        var movies = await MovieUpload.RunAsync(
            invocation.Connection.Catalog,
            world.Movies.Select(x => new ParsedMovie(x, x.MovieId)),
            (line, reason) => rejections.Add("movies", line, $"rejected: {reason}"),
            cancellationToken);
        var totals = default(ImportTotals);
        var ratingsStartedAt = _time.GetTimestamp();
        var source = new SyntheticRatings(world);
        await UploadProgress.RunAsync(invocation.Terminal, "Sending ratings", async progress =>
        {
            var upload = new RatingUpload(invocation.Connection.Client, source, _time)
            {
                ServerWasThere = true,
                Pace = pace,
                WentAway = e => invocation.Terminal.Note($"The server went away ({FailureText.WhyGone(e)}); trying again …"),
                Answered = (_, answer) =>
                {
                    totals += new ImportTotals(answer.Accepted, answer.Duplicate, answer.Stale, answer.Rejected.Count);
                    progress.Report(totals.Ratings, source.Fraction, startFraction: 0);
                },
            };
            await upload.RunAsync(cancellationToken);
        });
        var result = new ImportResult(
            totals.Accepted, totals.Duplicate, totals.Stale, totals.Rejected, SkippedLines: 0, movies, ResumedAfterLine: 0,
            Math.Round(_time.GetElapsedTime(_startedAt).TotalSeconds, 3),
            ImportResult.Speed(totals.Ratings, _time.GetElapsedTime(ratingsStartedAt)));
        if (invocation.Json)
        {
            invocation.Terminal.WriteLine(JsonOutput.OfResult(result));
        }
        else
        {
            ImportCommand.WriteTable(invocation.Terminal, result);
        }

        return ExitCodes.Ok;
    }

    /// <summary>Writes the world as a MovieLens folder.</summary>
    public async Task<int> WriteAsync(string folder, CancellationToken cancellationToken)
    {
        OutputFolder.Create(folder, "--out");
        var options = world.Options;
        await UploadProgress.RunAsync(invocation.Terminal, "Writing ratings", progress => Task.Run(
            () => MovieLensFolder.Write(
                folder,
                world.Movies,
                new SyntheticRatings(world).All(),
                written => progress.Report(written, (double)written / options.Ratings, startFraction: 0),
                cancellationToken),
            cancellationToken));
        var result = new { folder, options.Users, options.Movies, options.Ratings, options.Seed };
        invocation.Terminal.WriteLine(invocation.Json
            ? JsonOutput.OfResult(result)
            : $"{Tables.Count(options.Ratings, "rating")} of {Tables.Count(options.Users, "user")} and {Tables.Count(options.Movies, "movie")} in {folder}.");
        return ExitCodes.Ok;
    }
}
