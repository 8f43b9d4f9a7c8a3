-- Titles are searched in memory. The columns stay for servers of before, which write them until they are gone.
DROP INDEX movies_by_word;
ALTER TABLE movies ALTER COLUMN words SET DEFAULT 0, ALTER COLUMN lexemes SET DEFAULT '';
