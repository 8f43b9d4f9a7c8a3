using System.Globalization;
using Grpc.Core;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Output;
using OnlineCF.Client;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Import;

/// <summary>One import: movies first, then ratings from where an earlier import of the same file stopped.</summary>
internal sealed class ImportRun(VerbInvocation invocation, Dataset dataset, bool fromStart, RatingRules rules)
{
    private readonly Terminal _terminal = invocation.Terminal;
    private readonly TimeProvider _time = invocation.Environment.Time;
    private readonly ResumeMarks _marks = new(invocation.Environment.StateFolder, invocation.Environment.Time);
    private readonly ImportFaults _faults = new(invocation.Terminal.Note);
    private readonly long _startedAt = invocation.Environment.Time.GetTimestamp();

    /// <summary>Imports everything and returns what came of it.</summary>
    /// <exception cref="CommandException">The server went away for good; the message says how to go on.</exception>
    public async Task<ImportResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ImportAsync(cancellationToken);
        }
        finally
        {
            _faults.TellAll();
        }
    }

    private async Task<ImportResult> ImportAsync(CancellationToken cancellationToken)
    {
        if (dataset.Ratings is { } personal && IsPersonal(personal))
        {
            return await ImportPersonalAsync(personal, cancellationToken);
        }

        Inspect(cancellationToken);
        var movies = dataset.Movies is null ? 0 : await ImportMoviesAsync(dataset.Movies, cancellationToken);
        var rejectedMovies = _faults.Rejected.Count;
        var start = default(ResumeMark);
        var end = default(ResumeMark);
        var ratingsStartedAt = _time.GetTimestamp();
        if (dataset.Ratings is { } ratings)
        {
            start = await FindStartAsync(ResumeMark.Start(dataset.Path, ratings, invocation.Server.First) with { Rules = rules.Key }, cancellationToken);
            end = await ImportRatingsAsync(ratings, start, cancellationToken);
        }

        if (rules.TextIds is { } names)
        {
            await NameMoviesAsync(names, cancellationToken);
            names.Save();
            _terminal.Note($"{Tables.Count(names.Count, "name")} and their numbers are kept in {names.Path}.");
        }

        _faults.Summarize();
        var totals = end?.Totals ?? default;
        if (movies == 0 && totals.Ratings == 0 && _faults.Rejected.Count == 0)
        {
            throw new CommandException(
                ExitCodes.Error,
                $"{dataset.Path} holds neither a rating nor a movie. Expected is a MovieLens folder or zip, or a CSV of user,movie,rating[,timestamp].");
        }

        var ratingsOfThisRun = totals.Ratings - (start?.Totals.Ratings ?? 0);
        return new ImportResult(
            totals.Accepted, totals.Duplicate, totals.Stale, totals.Rejected,
            _faults.Skipped.Count + (start?.SkippedLines ?? 0), movies, start?.Line ?? 0,
            Math.Round(_time.GetElapsedTime(_startedAt).TotalSeconds, 3),
            ImportResult.Speed(ratingsOfThisRun, _time.GetElapsedTime(ratingsStartedAt)))
        {
            RejectedMovies = rejectedMovies,
        };
    }

    // Before anything is sent.
    private void Inspect(CancellationToken cancellationToken)
    {
        if (dataset.Movies is { } movies)
        {
            Inspection.RequireMovies(movies, dataset.Genres);
        }

        if (dataset.Ratings is { } ratings)
        {
            Inspection.RequireRatings(ratings, rules, cancellationToken);
        }
    }

    private static bool IsPersonal(DataFile file)
    {
        using var stream = MovieLensText.OpenUtf8(file);
        return new LineReader(stream, file.Name, _ => { }).TryRead(out var header) && PersonalExport.IsHeader(header);
    }

    private async Task<ImportResult> ImportPersonalAsync(DataFile file, CancellationToken cancellationToken)
    {
        if (rules.User is not { } userId)
        {
            throw new CommandException(
                ExitCodes.Usage, $"{file.Name} has one person's ratings without saying whose they are: give --user NUMBER.");
        }

        var matches = new PersonalMatches(invocation.Connection.Catalog);
        var found = new List<ParsedRating>();
        foreach (var rating in PersonalExport.Read(file, _faults.Skipped))
        {
            if (await matches.FindAsync(rating, cancellationToken) is { } movieId)
            {
                found.Add(new ParsedRating(userId, movieId, rating.Stars, rating.RatedAtMicros, rating.Line));
            }
            else
            {
                var year = rating.Year == 0 ? "" : FormattableString.Invariant($" ({rating.Year})");
                _faults.Skipped.Add(file.Name, rating.Line, $"the catalogue has no such film, or several: {rating.Title}{year}");
            }
        }

        var totals = default(ImportTotals);
        var startedAt = _time.GetTimestamp();
        await new RatingUpload(invocation.Connection.Client, new FoundRatings(found), _time)
        {
            RatedAtMicros = TimeOf(file),
            ServerWasThere = true,
            Answered = (batch, answer) =>
            {
                totals += new ImportTotals(answer.Accepted, answer.Duplicate, answer.Stale, answer.Rejected.Count);
                Tell(file, batch, answer);
            },
        }.RunAsync(cancellationToken);
        _faults.Summarize();
        return new ImportResult(
            totals.Accepted, totals.Duplicate, totals.Stale, totals.Rejected, _faults.Skipped.Count, 0, 0,
            Math.Round(_time.GetElapsedTime(_startedAt).TotalSeconds, 3),
            ImportResult.Speed(totals.Ratings, _time.GetElapsedTime(startedAt)));
    }

    private async Task<long> ImportMoviesAsync(DataFile movies, CancellationToken cancellationToken)
    {
        var upserted = await MovieUpload.RunAsync(
            invocation.Connection.Catalog,
            MovieReader.Read(movies, dataset.Genres, _faults.Skipped),
            (line, reason) => _faults.Rejected.Add(movies.Name, line, $"rejected: {reason}"),
            cancellationToken);
        _faults.TellAll();
        _terminal.Note($"{Tables.Count(upserted, "movie")} from {movies.Name}.");
        return upserted;
    }

    // A movie that nothing else is known of is called by its id.
    private async Task NameMoviesAsync(TextIds names, CancellationToken cancellationToken)
    {
        if (dataset.Movies is null && names.NewMovies.Any())
        {
            await MovieUpload.RunAsync(
                invocation.Connection.Catalog,
                names.NewMovies.Select(x => new ParsedMovie(new Core.Catalogue.Movie(x.Number, x.Name, 0, [], Hidden: false), 0)),
                (line, reason) => _faults.Rejected.Add(names.Path, line, $"rejected: {reason}"),
                cancellationToken);
        }
    }

    private async Task<ResumeMark> FindStartAsync(ResumeMark start, CancellationToken cancellationToken)
    {
        if (fromStart || _marks.Find(start) is not { } mark)
        {
            return start;
        }

        if (!await ServerHasAsync(mark.Sequence, cancellationToken))
        {
            _terminal.Note("The server does not have what an earlier import sent; starting from the first line.");
            return start;
        }

        _terminal.Note(string.Create(
            CultureInfo.InvariantCulture, $"Going on after line {mark.Line:N0}, where an earlier import stopped."));
        return mark;
    }

    // A log that is behind the mark is another one, or one restored from a backup.
    private async Task<bool> ServerHasAsync(long sequence, CancellationToken cancellationToken)
    {
        try
        {
            var training = await invocation.Connection.Training.GetTrainingAsync(
                new GetTrainingRequest(), ServerConnection.Unary(cancellationToken));
            return training.Sequence >= sequence;
        }
        catch (RpcException e) when (e.StatusCode is
            StatusCode.PermissionDenied or StatusCode.Unimplemented)
        {
            // Somebody who may only write ratings cannot ask; the server sorts out duplicates.
            return false;
        }
    }

    private async Task<ResumeMark> ImportRatingsAsync(
        DataFile file, ResumeMark start, CancellationToken cancellationToken)
    {
        using var stream = MovieLensText.OpenUtf8(file);
        var reader = new RatingReader(file, stream, _faults.Skipped, rules);
        reader.SkipThrough(start.Line);
        var mark = start;
        try
        {
            await UploadProgress.RunAsync(_terminal, "Importing ratings", async progress =>
            {
                double? startFraction = null;
                var upload = new RatingUpload(invocation.Connection.Client, new GuardedRatings(reader, file, rules), _time)
                {
                    RatedAtMicros = TimeOf(file),
                    ServerWasThere = dataset.Movies is not null || start.Line > 0,
                    WentAway = e => _terminal.Note($"The server went away ({FailureText.WhyGone(e)}); trying again …"),
                    Answered = (batch, answer) =>
                    {
                        startFraction ??= start.Line > 0 ? reader.Fraction : 0;
                        mark = Advance(mark, start, batch, answer);
                        Tell(file, batch, answer);
                        _marks.SaveNowAndThen(mark);
                        progress.Report(mark.Totals.Ratings - start.Totals.Ratings, reader.Fraction, startFraction.Value);
                    },
                };
                await upload.RunAsync(cancellationToken);
            });
        }
        catch (ServerLostException e)
        {
            throw new CommandException(ExitCodes.NoServer, string.Create(
                CultureInfo.InvariantCulture,
                $"The server at {invocation.Server} went away after line {mark.Line:N0} and did not come back within a minute. Start it and run the same command again: it goes on from there."), e);
        }
        finally
        {
            if (mark.Line > start.Line)
            {
                _marks.Save(mark);
            }
        }

        _marks.Remove(mark);
        return mark;
    }

    private ResumeMark Advance(ResumeMark mark, ResumeMark start, RatingBatch batch, StreamRatingsResponse answer) => mark with
    {
        Line = batch.LastLine,
        Sequence = Math.Max(mark.Sequence, answer.Sequence),
        Totals = mark.Totals + new ImportTotals(answer.Accepted, answer.Duplicate, answer.Stale, answer.Rejected.Count),
        SkippedLines = start.SkippedLines + _faults.Skipped.Count,
    };

    private void Tell(DataFile file, RatingBatch batch, StreamRatingsResponse answer)
    {
        foreach (var rejection in answer.Rejected)
        {
            var line = rejection.Index >= 0 && rejection.Index < batch.Lines.Count ? batch.Lines[rejection.Index] : 0;
            _faults.Rejected.Add(file.Name, line, $"rejected: {ReasonOf(rejection, batch)}");
        }

        _faults.TellThrough(batch.LastLine);
    }

    // The server names its own fields; a file has others.
    private string ReasonOf(RejectedRating rejection, RatingBatch batch) =>
        rejection.Index >= 0 && rejection.Index < batch.Ratings.Count
        && RatingFault.Of(batch.Ratings[rejection.Index], _time.GetUtcNow()) is { } fault
            ? fault
            : rejection.Reason;

    // Ratings without a time get the file's: then importing the file again gives duplicates.
    private long TimeOf(DataFile file)
    {
        var now = _time.GetUtcNow();
        var time = file.ModifiedAt < now ? file.ModifiedAt : now;
        return (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    }

    private sealed class FoundRatings(List<ParsedRating> ratings) : IRatingSource
    {
        private int _next;

        public double Fraction => ratings.Count == 0 ? 1 : (double)_next / ratings.Count;

        public bool TryRead(out ParsedRating rating)
        {
            rating = _next < ratings.Count ? ratings[_next] : default;
            return _next++ < ratings.Count;
        }
    }
}
