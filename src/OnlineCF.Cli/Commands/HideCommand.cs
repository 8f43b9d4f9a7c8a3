using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf hide</summary>
internal static class HideCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var movie = NumberOption.Id("MOVIE", "Id of the movie");
        var undo = new Option<bool>("--undo") { Description = "Let it be recommended again" };
        var verb = new Verb(
            "hide",
            "Let a movie never be recommended; title, year, genres and ratings stay.",
            environment,
            talksToServer: true,
            "onlinecf hide 318",
            "onlinecf hide 318 --undo --json")
        {
            movie,
            undo,
        };
        verb.Run(async (invocation, cancel) =>
        {
            // Asked for first: hiding must not make a movie that nobody knows.
            var known = await invocation.Connection.Catalog.GetMovieAsync(
                new GetMovieRequest { MovieId = invocation.Value(movie) }, ServerConnection.Unary(cancel));
            var hidden = !invocation.Value(undo);
            using var call = invocation.Connection.Catalog.UpsertMovies(ServerConnection.Unary(cancel));
            await call.RequestStream.WriteAsync(
                new UpsertMoviesRequest
                {
                    Movies = { new Movie { MovieId = known.Movie.MovieId, Hidden = hidden } },
                    UpdateMask = FieldMask.FromString("hidden"),
                },
                cancel);
            await call.RequestStream.CompleteAsync();
            return invocation.Answer(await call, _ => invocation.Terminal.WriteLine(
                $"{Tables.Title(known.Movie)} {(hidden ? "is hidden" : "may be recommended again")}."));
        });
        return verb;
    }
}
