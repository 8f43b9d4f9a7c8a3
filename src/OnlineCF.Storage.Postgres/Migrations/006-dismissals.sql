-- Kinds 2 and 3 of the log: movies that a user does not want recommended, and wants again. They go with the user.
CREATE OR REPLACE FUNCTION erase_user(erased bigint) RETURNS bigint LANGUAGE plpgsql AS $$
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
    ) AS c WHERE c.kind <> 1;
    GET DIAGNOSTICS added = ROW_COUNT;
    DELETE FROM rating_log WHERE user_id = erased AND kind <> 1;
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
