using OnlineCF.Core;
using OnlineCF.Core.Archives;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Sqlite.Database;
using OnlineCF.Storage.Sqlite.Models;
using OnlineCF.Storage.Sqlite.Ratings;

namespace OnlineCF.Storage.Sqlite.Archives;

/// <summary>The embedded store as archives see it.</summary>
/// <param name="store">The database. To be filled it is opened with <see cref="SqliteStoreOptions.IsToBeFilled"/>, and has no log.</param>
/// <param name="models">The snapshots beside it.</param>
public sealed class SqliteTransfer(SqliteStore store, FileModelStore models) : IStoreTransfer
{
    private const string SelectErasures = "SELECT sequence FROM rating_log_erasures ORDER BY sequence";
    private const string SelectPartitions = "SELECT ifnull((SELECT partitions FROM stream_partitions), 0)";
    private const string SelectAnything = "SELECT (SELECT count(*) FROM rating_log) + (SELECT count(*) FROM movies)";

    // A table in its own order grows by whole pages.
    private const string FillIndexes = """
        DELETE FROM rating_log_by_user;
        INSERT INTO rating_log_by_user (user_id, sequence) SELECT user_id, sequence FROM rating_log ORDER BY user_id, sequence;
        DELETE FROM rating_log_by_movie;
        INSERT INTO rating_log_by_movie (movie_id, sequence) SELECT movie_id, sequence FROM rating_log ORDER BY movie_id, sequence;
        INSERT OR REPLACE INTO rating_log_indexed (id, sequence) SELECT 0, ifnull(max(sequence), 0) FROM rating_log;
        """;

    /// <inheritdoc/>
    public ValueTask<LogMarks> ReadMarksAsync(CancellationToken cancellationToken) => store.Readers.Log.RunAsync(
        session =>
        {
            var erasures = new List<long>();
            using (var rows = session.Use(SelectErasures))
            {
                while (rows.Step())
                {
                    erasures.Add(rows.Int64(0));
                }
            }

            return new LogMarks(session.ReadInt64(RatingLogSql.SelectEnd), session.ReadInt64(RatingLogSql.SelectForgotten), erasures);
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> ReadPartitionsAsync(CancellationToken cancellationToken) =>
        store.Readers.Log.RunAsync(session => (int)session.ReadInt64(SelectPartitions), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ModelMarks> ReadModelMarksAsync(CancellationToken cancellationToken) => new(models.Marks);

    /// <inheritdoc/>
    public ValueTask CopyModelAsync(long version, Stream target, CancellationToken cancellationToken) =>
        models.CopyAsync(version, target, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<long> BeginAsync(string archive, CancellationToken cancellationToken)
    {
        var unfinished = UnfinishedRestore.ArchiveOf(store.Folder);
        if (unfinished is not null && unfinished != archive)
        {
            throw new StoreNotEmptyException(
                $"'{store.Folder}' is half filled from another archive. Restore that one again, or empty the folder.");
        }

        var held = await store.Readers.Log.RunAsync(session => session.ReadInt64(SelectAnything), cancellationToken);
        if (unfinished is null)
        {
            if (held > 0 || models.Marks.Next > 1)
            {
                throw new StoreNotEmptyException($"There are ratings, movies or models in '{store.Folder}'; an archive is restored into an empty store.");
            }

            UnfinishedRestore.Begin(store.Folder, archive);
        }

        return (await ReadMarksAsync(cancellationToken)).Sequence;
    }

    /// <inheritdoc/>
    public async ValueTask AppendAsync(IReadOnlyList<RatingEntry> entries, CancellationToken cancellationToken) =>
        await WriteAsync(session => RatingLogSql.Insert(session, entries), cancellationToken);

    /// <inheritdoc/>
    public ValueTask AddModelAsync(ModelRecord model, Stream source, CancellationToken cancellationToken) =>
        models.AddAsync(model, source, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask FinishAsync(StoreMarks marks, CancellationToken cancellationToken)
    {
        await WriteAsync(
            session =>
            {
                session.Execute(FillIndexes);
                RatingLogSql.MarkErasures(session, marks.Log.Erasures);
                RatingLogSql.KeepForgotten(session, marks.Log.ForgottenThrough);
                RatingLogSql.KeepEnd(session, marks.Log.Sequence);
            },
            cancellationToken);
        await models.FinishAsync(marks.Models, marks.Rounds, cancellationToken);
        UnfinishedRestore.End(store.Folder);
    }

    private async ValueTask WriteAsync(Action<SqliteSession> write, CancellationToken cancellationToken) =>
        await store.Writer.RunAsync(
            new WriteFunction<bool>(session =>
            {
                write(session);
                return true;
            }),
            cancellationToken);
}
