-- The archive from which the database is being filled, until that is done.
CREATE TABLE unfinished_restore (id smallint PRIMARY KEY CHECK (id = 0), archive text NOT NULL);
