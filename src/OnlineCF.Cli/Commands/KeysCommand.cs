using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf keys</summary>
internal static class KeysCommand
{
    private const int MostDays = 36_500;

    /// <summary>The verbs.</summary>
    public static Command Create(CliEnvironment environment) => new("keys", "Make, list and revoke the keys by which a server knows its callers.")
    {
        CreateVerb(environment),
        ListVerb(environment),
        RevokeVerb(environment),
    };

    private static Verb CreateVerb(CliEnvironment environment)
    {
        var role = new Option<string>("--role") { Description = "reader, writer or admin; each may do what those before it may", Required = true };
        role.AcceptOnlyFromAmong("reader", "writer", "admin");
        var expires = new Option<TimeSpan?>("--expires")
        {
            Description = "How long it is good, in days or hours, such as 90d or 12h [default: for ever]",
            HelpName = "TIME",
            CustomParser = TimeOf,
        };
        var verb = new Verb(
            "create",
            "Make a key. It is shown once: the server keeps only a salted hash of it.",
            environment,
            talksToServer: true,
            "onlinecf keys create --role writer --expires 90d",
            "onlinecf keys create --role reader --json")
        {
            role,
            expires,
        };
        verb.Run(async (invocation, cancel) =>
        {
            var request = new CreateKeyRequest
            {
                Role = invocation.Value(role) switch { "reader" => Role.Reader, "writer" => Role.Writer, _ => Role.Admin },
                ExpiresAt = invocation.Value(expires) is { } time
                    ? Timestamp.FromDateTimeOffset(invocation.Environment.Time.GetUtcNow() + time) : null,
            };
            var answer = await invocation.Connection.Access.CreateKeyAsync(request, ServerConnection.Unary(cancel));
            return invocation.Answer(answer, x =>
            {
                invocation.Terminal.WriteLine(x.Secret);
                invocation.Terminal.Note($"Key {x.Key.KeyId}, {NameOf(x.Key.Role)}, {UntilOf(x.Key)}. It is shown this once; send it as authorization: Bearer KEY, or put it into ONLINECF_TOKEN.");
            });
        });
        return verb;
    }

    private static Verb ListVerb(CliEnvironment environment)
    {
        var verb = new Verb(
            "list",
            "List all keys, those that are no longer taken among them.",
            environment,
            talksToServer: true,
            "onlinecf keys list",
            "onlinecf keys list --json");
        verb.Run(async (invocation, cancel) =>
        {
            var answer = await invocation.Connection.Access.ListKeysAsync(new ListKeysRequest(), ServerConnection.Unary(cancel));
            return invocation.Answer(answer, x => Write(invocation.Terminal, x));
        });
        return verb;
    }

    private static Verb RevokeVerb(CliEnvironment environment)
    {
        var id = new Argument<string>("KEY") { Description = "Id of the key, as 'onlinecf keys list' shows it" };
        var verb = new Verb(
            "revoke",
            "Let a key be taken no longer, on every silo within five seconds.",
            environment,
            talksToServer: true,
            "onlinecf keys revoke 0123456789abcdef",
            "onlinecf keys revoke 0123456789abcdef --json")
        {
            id,
        };
        verb.Run(async (invocation, cancel) =>
        {
            var answer = await invocation.Connection.Access.RevokeKeyAsync(
                new RevokeKeyRequest { KeyId = invocation.Value(id) }, ServerConnection.Unary(cancel));
            return invocation.Answer(answer, _ => invocation.Terminal.WriteLine($"Key {invocation.Value(id)} is revoked."));
        });
        return verb;
    }

    private static void Write(Terminal terminal, ListKeysResponse keys)
    {
        var table = Tables.Create("key", "role", "made", "state");
        foreach (var key in keys.Keys)
        {
            table.Add(
                key.KeyId, NameOf(key.Role), DayOf(key.CreatedAt),
                key.RevokedAt is { } revoked ? $"revoked {DayOf(revoked)}" : UntilOf(key));
        }

        terminal.Write(table);
    }

    private static string NameOf(Role role) => role.ToString().ToLowerInvariant();

    private static string UntilOf(Key key) => key.ExpiresAt is { } end ? $"good until {DayOf(end)}" : "good for ever";

    private static string DayOf(Timestamp time) => FormattableString.Invariant($"{time.ToDateTime():yyyy-MM-dd HH:mm}");

    private static TimeSpan? TimeOf(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.Length > 1 && text[^1] is 'd' or 'h'
            && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0 && count <= (text[^1] == 'd' ? MostDays : MostDays * 24))
        {
            return text[^1] == 'd' ? TimeSpan.FromDays(count) : TimeSpan.FromHours(count);
        }

        result.AddError($"--expires must be a number of days or hours such as 90d or 12h, not '{text}'.");
        return null;
    }
}
