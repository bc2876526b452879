-- What executes the runs of this database: all that live belong to it. place is
-- where that is, when it is not in this database. The one row appears when a
-- server first starts.

-- +goose Up
CREATE TABLE executor (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    name     TEXT NOT NULL,
    place    TEXT NOT NULL,
    since    INTEGER NOT NULL
);
