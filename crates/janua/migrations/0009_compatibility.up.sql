-- Which migrations took away or changed what older programs need: those before `oldest_program` cannot run any more.
-- A migration that does so inserts its own row, and deletes it on the way down; one that only adds has none.
CREATE TABLE compatibility (
    revision       TEXT PRIMARY KEY,
    oldest_program TEXT NOT NULL
);
