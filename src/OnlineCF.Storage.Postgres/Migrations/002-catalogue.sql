-- Letters without their marks: what is searched for, and in.
CREATE FUNCTION plain_letters(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(normalize($1, NFD), '[\u0300-\u036F]', '', 'g')
$$;

CREATE TABLE movies (
    movie_id bigint PRIMARY KEY,
    title text COLLATE "C" NOT NULL,
    year integer NOT NULL,
    genres text NOT NULL,
    hidden boolean NOT NULL,
    words integer NOT NULL,
    lexemes tsvector NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX movies_by_version ON movies (version);
CREATE INDEX movies_by_word ON movies USING gin (lexemes);

-- The version of the last change. Its lock is the order of changes.
CREATE TABLE catalogue_version (id smallint PRIMARY KEY CHECK (id = 0), version bigint NOT NULL);
INSERT INTO catalogue_version VALUES (0, 0);
