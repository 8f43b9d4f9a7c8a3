-- The rating log. Its order is the lock of rating_log_end's one row, held to the commit: sequences become visible in
-- their order, without gaps, whoever appends.
CREATE TABLE rating_log (
    sequence bigint PRIMARY KEY,
    kind smallint NOT NULL,
    user_id bigint NOT NULL,
    movie_id bigint NOT NULL,
    value real NOT NULL,
    rated_at_micros bigint NOT NULL,
    replaced_value real NOT NULL,
    replaced_at_micros bigint NOT NULL
);
CREATE INDEX rating_log_by_user ON rating_log (user_id, sequence);
CREATE INDEX rating_log_by_movie ON rating_log (movie_id, sequence);

-- The highest sequence given, whatever became of its row, and how far deletions of erased users are dropped. With
-- room on its page for the versions that a row leaves which every commit changes.
CREATE TABLE rating_log_end (
    id smallint PRIMARY KEY CHECK (id = 0),
    sequence bigint NOT NULL,
    forgotten_through bigint NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
INSERT INTO rating_log_end VALUES (0, 0, 0);

-- The deletions that stand for erased ratings.
CREATE TABLE rating_log_erasures (sequence bigint PRIMARY KEY);

-- Appends calls of several users as one statement, so that no lock waits for a client: one row a call, which is
-- refused where its user has a later entry than expected. A call is its user, the sequence that is expected, and
-- how many entries it has; entries lie one call after the other, place being 1 for the first of each.
CREATE FUNCTION append_ratings(
    users bigint[], expectations bigint[], sizes integer[],
    calls integer[], places integer[], kinds smallint[], movies bigint[], ratings real[], times bigint[],
    replaced_ratings real[], replaced_times bigint[])
RETURNS TABLE (last_sequence bigint, known_sequence bigint, refused boolean) LANGUAGE plpgsql AS $$
DECLARE
    base bigint;
    before bigint[];
    known bigint[];
    last bigint;
BEGIN
    SELECT e.sequence INTO STRICT base FROM rating_log_end AS e FOR UPDATE;

    -- Of statements after this one each sees what was committed before the lock was had.
    SELECT array_agg(coalesce(k.sequence, 0) ORDER BY c.call) INTO known
    FROM unnest(users, expectations) WITH ORDINALITY AS c (user_id, expected, call)
    LEFT JOIN LATERAL (
        SELECT max(l.sequence) AS sequence FROM rating_log AS l
        WHERE l.user_id = c.user_id AND c.expected < 9223372036854775807
    ) AS k ON true;

    -- What stands before a call's first entry, or -1.
    SELECT array_agg(CASE WHEN t.taken THEN t.through - t.size ELSE -1 END ORDER BY t.call), max(t.through)
    INTO before, last
    FROM (
        SELECT c.call, c.size, c.known <= c.expected AS taken,
            base + sum(CASE WHEN c.known <= c.expected THEN c.size ELSE 0 END) OVER (ORDER BY c.call) AS through
        FROM unnest(expectations, sizes, known) WITH ORDINALITY AS c (expected, size, known, call)
    ) AS t;

    INSERT INTO rating_log
    SELECT before[r.call] + r.place, r.kind, users[r.call], r.movie_id, r.value, r.rated_at, r.replaced_value, r.replaced_at
    FROM unnest(calls, places, kinds, movies, ratings, times, replaced_ratings, replaced_times)
        AS r (call, place, kind, movie_id, value, rated_at, replaced_value, replaced_at)
    WHERE before[r.call] >= 0;

    IF last > base THEN
        UPDATE rating_log_end SET sequence = last;
        NOTIFY rating_log;
    END IF;

    RETURN QUERY
    SELECT before[c.call] + c.size, known[c.call], before[c.call] < 0
    FROM unnest(sizes) WITH ORDINALITY AS c (size, call) ORDER BY c.call;
END
$$;

-- Erases the user's ratings, appends a deletion for each that was current, and marks these and earlier deletions to be
-- forgotten. The last sequence given, 0 where there was nothing current.
CREATE FUNCTION erase_user(erased bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    base bigint;
    added bigint;
BEGIN
    SELECT e.sequence INTO STRICT base FROM rating_log_end AS e FOR UPDATE;
    INSERT INTO rating_log
    SELECT base + row_number() OVER (ORDER BY c.sequence), 1, erased, c.movie_id, 0, 0, 0, 0
    FROM (
        SELECT DISTINCT ON (l.movie_id) l.movie_id, l.sequence, l.kind FROM rating_log AS l
        WHERE l.user_id = erased ORDER BY l.movie_id, l.sequence DESC
    ) AS c WHERE c.kind = 0;
    GET DIAGNOSTICS added = ROW_COUNT;
    DELETE FROM rating_log WHERE user_id = erased AND kind = 0;
    UPDATE rating_log SET replaced_value = 0, replaced_at_micros = 0
    WHERE user_id = erased AND (replaced_value <> 0 OR replaced_at_micros <> 0);
    INSERT INTO rating_log_erasures SELECT l.sequence FROM rating_log AS l WHERE l.user_id = erased ON CONFLICT DO NOTHING;
    IF added = 0 THEN
        RETURN 0;
    END IF;

    UPDATE rating_log_end SET sequence = base + added;
    NOTIFY rating_log;
    RETURN base + added;
END
$$;

-- Drops the deletions of erased users up to a sequence.
CREATE FUNCTION forget_erased(through bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    last bigint;
BEGIN
    PERFORM FROM rating_log_end FOR UPDATE;
    SELECT max(e.sequence) INTO last FROM rating_log_erasures AS e WHERE e.sequence <= through;
    IF last IS NOT NULL THEN
        DELETE FROM rating_log AS l USING rating_log_erasures AS e WHERE e.sequence <= last AND l.sequence = e.sequence;
        DELETE FROM rating_log_erasures AS e WHERE e.sequence <= last;
        UPDATE rating_log_end SET forgotten_through = greatest(forgotten_through, last);
    END IF;
END
$$;
