using System.Text.Json;
using Npgsql;
using OnlineCF.Core.Models;
using OnlineCF.Storage.Models;

namespace OnlineCF.Storage.Postgres.Models;

/// <summary>What the model store keeps in one row, whose lock is the fence.</summary>
internal readonly record struct ModelState(long Term, long ServingVersion, long BestVersion)
{
    /// <summary>Refuses who does not have the newest term; 0 was never acquired by anybody.</summary>
    /// <exception cref="StaleTermException">A newer term exists.</exception>
    public void RefuseStale(long term)
    {
        if (term != Term || term == 0)
        {
            throw new StaleTermException(term, Term);
        }
    }

    /// <summary>Refuses a candidate that was measured against another version.</summary>
    /// <exception cref="ServingVersionChangedException">Another one serves.</exception>
    public void RefuseOther(long servingVersion)
    {
        if (servingVersion != ServingVersion)
        {
            throw new ServingVersionChangedException(servingVersion, ServingVersion);
        }
    }
}

/// <summary>A published model as its row says.</summary>
internal sealed record ModelRow(long Version, long SizeBytes, string Checksum, RoundRecord Round)
{
    /// <summary>What the cache knows it by.</summary>
    public CachedModel Cached => new(Version, SizeBytes, Checksum);

    /// <summary>As the port lists it.</summary>
    public ModelRecord ToRecord(long servingVersion) => new(Version, Version == servingVersion, SizeBytes, Checksum, Round);
}

/// <summary>The statements of the model store, but those of the pieces.</summary>
internal static class ModelRows
{
    /// <summary>Rounds that are kept.</summary>
    public const int MaxRounds = 1000;

    private const string SelectState = "SELECT term, serving_version, best_version FROM model_state";
    private const string SelectModels = "SELECT version, size_bytes, checksum, round FROM models ORDER BY version DESC";

    public static ModelState State(NpgsqlConnection connection, bool locked)
    {
        using var rows = Query(connection, locked ? SelectState + " FOR UPDATE" : SelectState);
        rows.Read();
        return new ModelState(rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2));
    }

    /// <returns>Newest first.</returns>
    public static List<ModelRow> Models(NpgsqlConnection connection)
    {
        using var rows = Query(connection, SelectModels);
        var models = new List<ModelRow>();
        while (rows.Read())
        {
            models.Add(new ModelRow(rows.GetInt64(0), rows.GetInt64(1), rows.GetString(2), RoundOf(rows.GetString(3))));
        }

        return models;
    }

    /// <returns>Newest first.</returns>
    public static List<RoundRecord> Rounds(NpgsqlConnection connection, int limit)
    {
        using var rows = Query(connection, "SELECT round FROM model_rounds ORDER BY id DESC LIMIT $1", limit);
        var rounds = new List<RoundRecord>();
        while (rows.Read())
        {
            rounds.Add(RoundOf(rows.GetString(0)));
        }

        return rounds;
    }

    public static void AddRound(NpgsqlConnection connection, RoundRecord round)
    {
        Execute(connection, "INSERT INTO model_rounds (round) VALUES ($1)", TextOf(round));
        Execute(
            connection,
            "DELETE FROM model_rounds WHERE id <= (SELECT id FROM model_rounds ORDER BY id DESC OFFSET $1 LIMIT 1)",
            MaxRounds);
    }

    public static void AddModel(NpgsqlConnection connection, ModelRow model) => Execute(
        connection, "INSERT INTO models (version, size_bytes, checksum, round) VALUES ($1, $2, $3, $4)",
        model.Version, model.SizeBytes, model.Checksum, TextOf(model.Round));

    /// <summary>Drops the versions beyond those kept, but for the best.</summary>
    public static void Drop(NpgsqlConnection connection, int keep, long bestVersion) => Execute(
        connection,
        "DELETE FROM models WHERE version <> $1 AND version NOT IN (SELECT version FROM models ORDER BY version DESC LIMIT $2)",
        bestVersion, keep);

    public static void Drop(NpgsqlConnection connection, long version) =>
        Execute(connection, "DELETE FROM models WHERE version = $1", version);

    public static void Serve(NpgsqlConnection connection, long version, long bestVersion) =>
        Execute(connection, "UPDATE model_state SET serving_version = $1, best_version = $2", version, bestVersion);

    /// <summary>Sets all pointers of a store that is filled from an archive.</summary>
    public static void Point(NpgsqlConnection connection, long serving, long best, long next) => Execute(
        connection, "UPDATE model_state SET serving_version = $1, best_version = $2, next_version = $3", serving, best, next);

    /// <summary>Makes these the rounds that there are.</summary>
    /// <param name="connection">To the database.</param>
    /// <param name="rounds">Newest first.</param>
    public static void ReplaceRounds(NpgsqlConnection connection, IReadOnlyList<RoundRecord> rounds)
    {
        Execute(connection, "DELETE FROM model_rounds");
        foreach (var round in rounds.Take(MaxRounds).Reverse())
        {
            Execute(connection, "INSERT INTO model_rounds (round) VALUES ($1)", TextOf(round));
        }
    }

    public static long Scalar(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return (long)command.ExecuteScalar()!;
    }

    private static RoundRecord RoundOf(string text) => JsonSerializer.Deserialize(text, ModelJson.Default.RoundRecord)!;

    private static string TextOf(RoundRecord round) => JsonSerializer.Serialize(round, ModelJson.Default.RoundRecord);

    private static NpgsqlDataReader Query(NpgsqlConnection connection, string sql, params object[] arguments)
    {
        using var command = CommandOf(connection, sql, arguments);
        return command.ExecuteReader();
    }

    private static void Execute(NpgsqlConnection connection, string sql, params object[] arguments)
    {
        using var command = CommandOf(connection, sql, arguments);
        command.ExecuteNonQuery();
    }

    private static NpgsqlCommand CommandOf(NpgsqlConnection connection, string sql, object[] arguments)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(Array.ConvertAll(arguments, argument => new NpgsqlParameter { Value = argument }));
        return command;
    }
}
