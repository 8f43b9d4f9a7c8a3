CREATE TABLE stream_partitions (id smallint PRIMARY KEY CHECK (id = 0), partitions integer NOT NULL);
INSERT INTO stream_partitions VALUES (0, 0);
CREATE TABLE stream_checkpoints (partition integer PRIMARY KEY, sequence bigint NOT NULL);
CREATE TABLE stream_rows (
    partition integer NOT NULL, key bigint NOT NULL, state bytea NOT NULL, PRIMARY KEY (partition, key)
);
