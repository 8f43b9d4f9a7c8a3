using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf rate</summary>
internal static class RateCommand
{
    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];

    // As the server has it.
    private static readonly TimeSpan MostAhead = TimeSpan.FromDays(1);

    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var user = NumberOption.Id("USER", "Id of the user");
        var movie = NumberOption.Id("MOVIE", "Id of the movie");
        var value = new Argument<float>("VALUE")
        {
            Description = "Stars, 0.5 to 5",
            CustomParser = result => NumberOption.Parse(result, "VALUE", Core.Ratings.Rating.MinValue, Core.Ratings.Rating.MaxValue),
        };
        var at = new Option<DateTimeOffset?>("--at")
        {
            Description = "When the user rated, such as 2026-01-31T20:15:00Z [default: now]",
            HelpName = "TIME",
            CustomParser = result => TimeOf(result, environment.Time),
        };
        var verb = new Verb(
            "rate",
            "Rate a movie for a user; the user's next recommendation knows it.",
            environment,
            talksToServer: true,
            "onlinecf rate 1 318 5",
            "onlinecf rate 1 318 4.5 --at 2026-01-31T20:15:00Z --json")
        {
            user,
            movie,
            value,
            at,
        };
        verb.Run(async (invocation, cancel) =>
        {
            var request = new RateRequest
            {
                Rating = new Rating
                {
                    UserId = invocation.Value(user),
                    MovieId = invocation.Value(movie),
                    Value = invocation.Value(value),
                    RatedAt = invocation.Value(at) is { } time ? Timestamp.FromDateTimeOffset(time) : null,
                },
            };
            var answer = await invocation.Connection.Ratings.RateAsync(request, ServerConnection.Unary(cancel));
            var note = invocation.Json ? "" : await NoteOfAsync(invocation.Connection, request.Rating.MovieId, cancel);
            return invocation.Answer(answer, x =>
            {
                invocation.Terminal.WriteLine(Sentence(x));
                if (note.Length > 0)
                {
                    invocation.Terminal.Note(note);
                }
            });
        });
        return verb;
    }

    // Which movie it was; nothing where that cannot be found out, for the rating is durable whatever comes of this.
    private static async Task<string> NoteOfAsync(ServerConnection connection, long movieId, CancellationToken cancel)
    {
        var title = "";
        try
        {
            var answer = await connection.Catalog.GetMovieAsync(new GetMovieRequest { MovieId = movieId }, ServerConnection.Unary(cancel));
            title = ReadableTitle.Of(answer.Movie.Title);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Cancelled)
        {
            return "";
        }

        return title.Length > 0
            ? $"The movie is {title}."
            : $"Movie {Tables.Number(movieId)} is not in the catalogue: 'onlinecf search' finds ids by title, and import brings movies.";
    }

    private static DateTimeOffset? TimeOf(ArgumentResult result, TimeProvider clock)
    {
        var text = result.Tokens[0].Value;
        if (!DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            result.AddError($"--at must be a time such as 2026-01-31T20:15:00Z, not '{text}'.");
        }
        else if (time - clock.GetUtcNow() > MostAhead)
        {
            result.AddError($"--at must be at most a day ahead of now, not {text}.");
        }

        return time;
    }

    private static string Sentence(RateResponse answer) => answer.Result switch
    {
        RatingResult.Duplicate => "Duplicate: this very rating was there already.",
        RatingResult.Stale => "Stale: a later rating of this movie stays current.",
        _ => $"Accepted: the rating is durable (sequence {Tables.Number(answer.Sequence)}).",
    };
}
