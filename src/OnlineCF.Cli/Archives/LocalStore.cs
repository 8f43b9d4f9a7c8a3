using OnlineCF.Cli.Commands;
using OnlineCF.Core;
using OnlineCF.Core.Archives;
using OnlineCF.Storage;

namespace OnlineCF.Cli.Archives;

/// <summary>Says in one line what is wrong with a store that is opened here.</summary>
internal static class LocalStore
{
    /// <summary>Uses it.</summary>
    /// <exception cref="CommandException">It cannot be used.</exception>
    public static async Task<TResult> UseAsync<TResult>(Func<Task<TResult>> use)
    {
        try
        {
            return await use();
        }
        catch (StoreInUseException e)
        {
            throw new CommandException(ExitCodes.Error, $"{e.Message} A server that runs is asked with --server instead of --data.");
        }
        catch (Exception e) when (e is StoreVersionException or StoreCorruptException or StoreUnavailableException or StoreNotEmptyException or ArgumentException or InvalidOperationException)
        {
            throw new CommandException(ExitCodes.Error, e.Message);
        }
    }
}
