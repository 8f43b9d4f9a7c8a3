using Npgsql;
using NpgsqlTypes;
using OnlineCF.Core.Ratings;

namespace OnlineCF.Storage.Postgres.Ratings;

/// <summary>
/// The changes of a group as the arrays of one call of <c>append_ratings</c>. One statement is one round trip and its
/// own transaction: the lock that orders all appends is never held while a client is waited for, so that a silo that
/// stands still stops nobody else.
/// </summary>
internal sealed class AppendStatement : IDisposable
{
    private const string Append = "SELECT * FROM append_ratings($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

    private readonly List<long> _users = [];
    private readonly List<long> _expectations = [];
    private readonly List<int> _sizes = [];
    private readonly List<int> _calls = [];
    private readonly List<int> _places = [];
    private readonly List<short> _kinds = [];
    private readonly List<long> _movies = [];
    private readonly List<float> _ratings = [];
    private readonly List<long> _times = [];
    private readonly List<float> _replacedRatings = [];
    private readonly List<long> _replacedTimes = [];
    private readonly NpgsqlCommand _command;

    public AppendStatement() => _command = new NpgsqlCommand(Append)
    {
        Parameters =
        {
            ArrayOf(NpgsqlDbType.Bigint, _users), ArrayOf(NpgsqlDbType.Bigint, _expectations), ArrayOf(NpgsqlDbType.Integer, _sizes),
            ArrayOf(NpgsqlDbType.Integer, _calls), ArrayOf(NpgsqlDbType.Integer, _places), ArrayOf(NpgsqlDbType.Smallint, _kinds),
            ArrayOf(NpgsqlDbType.Bigint, _movies), ArrayOf(NpgsqlDbType.Real, _ratings), ArrayOf(NpgsqlDbType.Bigint, _times),
            ArrayOf(NpgsqlDbType.Real, _replacedRatings), ArrayOf(NpgsqlDbType.Bigint, _replacedTimes),
        },
    };

    /// <summary>Appends the group and gives each call its result, or its refusal. When it returns, that is committed.</summary>
    /// <returns>The highest sequence given; 0 when all were refused.</returns>
    /// <exception cref="NpgsqlException">It is not known whether anything was committed.</exception>
    public long Execute(NpgsqlConnection connection, IReadOnlyList<AppendWork> group)
    {
        Fill(group);
        _command.Connection = connection;
        var results = new List<(long Last, long Known, bool Refused)>(group.Count);
        using (var rows = _command.ExecuteReader())
        {
            while (rows.Read())
            {
                results.Add((rows.GetInt64(0), rows.GetInt64(1), rows.GetBoolean(2)));
            }

            // Reads on to the server's word that it is ready, which comes after the commit.
            rows.NextResult();
        }

        return Settle(group, results);
    }

    public void Dispose() => _command.Dispose();

    private static long Settle(IReadOnlyList<AppendWork> group, List<(long Last, long Known, bool Refused)> results)
    {
        var highest = 0L;
        for (var i = 0; i < group.Count; i++)
        {
            if (results[i].Refused)
            {
                group[i].Refuse(ConcurrentWriterException.Of(group[i].UserId, group[i].ExpectedSequence, results[i].Known));
            }
            else
            {
                group[i].SetResult(results[i].Last);
                highest = results[i].Last;
            }
        }

        return highest;
    }

    private void Fill(IReadOnlyList<AppendWork> group)
    {
        Clear();
        foreach (var work in group)
        {
            _users.Add(work.UserId);
            _expectations.Add(work.ExpectedSequence);
            _sizes.Add(work.Changes.Length);
            for (var i = 0; i < work.Changes.Length; i++)
            {
                Add(_users.Count, i + 1, work.Changes[i]);
            }
        }
    }

    private void Add(int call, int place, in RatingChange change)
    {
        _calls.Add(call);
        _places.Add(place);
        _kinds.Add((short)change.Kind);
        _movies.Add(change.MovieId);
        _ratings.Add(change.Value);
        _times.Add(change.RatedAtMicros);
        _replacedRatings.Add(change.ReplacedValue);
        _replacedTimes.Add(change.ReplacedAtMicros);
    }

    private void Clear()
    {
        foreach (NpgsqlParameter parameter in _command.Parameters)
        {
            ((System.Collections.IList)parameter.Value!).Clear();
        }
    }

    private static NpgsqlParameter ArrayOf(NpgsqlDbType type, System.Collections.IList list) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = list };
}
