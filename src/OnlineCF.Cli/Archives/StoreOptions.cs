using System.CommandLine;
using OnlineCF.Cli.Commands;
using OnlineCF.Server;

namespace OnlineCF.Cli.Archives;

/// <summary>Where the store of an export or a restore is, if it is not a server's.</summary>
internal sealed class StoreOptions
{
    private readonly Option<string?> _data = new("--data")
    {
        Description = "Work on the embedded store of a server that does not run: its setting Storage:Path",
        HelpName = "FOLDER",
    };

    private readonly Option<string?> _connection = new("--connection")
    {
        Description = "Work on the PostgreSQL database itself: a server's setting Storage:ConnectionString",
        HelpName = "STRING",
    };

    /// <summary>Gives a verb the options.</summary>
    public void AddTo(Verb verb)
    {
        verb.Options.Add(_data);
        verb.Options.Add(_connection);
    }

    /// <summary>The store; null for that of the server.</summary>
    public StorePlace? PlaceOf(VerbInvocation invocation)
    {
        var (data, connection) = (invocation.Value(_data), invocation.Value(_connection));
        if (data is not null && connection is not null)
        {
            throw new CommandException(ExitCodes.Usage, "--data and --connection are two stores; name one.");
        }

        if ((data ?? connection) is { } named && (named.Trim().Length == 0 || invocation.NamesServer))
        {
            throw new CommandException(ExitCodes.Usage, named.Trim().Length == 0 ? "--data and --connection want a store." : "--server and a store of one's own do not go together; name one.");
        }

        return data is not null ? new StorePlace(data) : connection is not null ? new StorePlace("", connection) : null;
    }
}
