-- Whose lock is the fence: nothing becomes serving but in a transaction that has it and finds its term there.
CREATE TABLE model_state (
    id smallint PRIMARY KEY CHECK (id = 0),
    term bigint NOT NULL,
    next_version bigint NOT NULL,
    serving_version bigint NOT NULL,
    best_version bigint NOT NULL
);
INSERT INTO model_state VALUES (0, 0, 1, 0, 0);

-- A version is there once it has a row here; chunks without one are a publication under way, or left by one.
CREATE TABLE models (version bigint PRIMARY KEY, size_bytes bigint NOT NULL, checksum text NOT NULL, round text NOT NULL);
CREATE TABLE model_chunks (version bigint NOT NULL, number integer NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (version, number));
ALTER TABLE model_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE TABLE model_rounds (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, round text NOT NULL);
