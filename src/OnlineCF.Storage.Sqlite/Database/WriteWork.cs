using OnlineCF.Storage.Groups;

namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>A change that the writer makes in the transaction of its group.</summary>
internal interface IWriteWork
{
    /// <summary>Writes, inside the transaction.</summary>
    public void Execute(SqliteSession session);
}

/// <summary>
/// A change with a result. One that <see cref="GroupWork.IsAlone"/> removes contents: it completes once the
/// write-ahead log has none of them either.
/// </summary>
internal abstract class WriteWork<TResult> : GroupWork<TResult>, IWriteWork
{
    /// <inheritdoc/>
    public void Execute(SqliteSession session) => SetResult(Write(session));

    /// <summary>Writes, inside the transaction of the group. May refuse before it has written.</summary>
    protected abstract TResult Write(SqliteSession session);
}

/// <summary>A change that is one function.</summary>
internal sealed class WriteFunction<TResult>(Func<SqliteSession, TResult> write) : WriteWork<TResult>
{
    protected override TResult Write(SqliteSession session) => write(session);
}
