-- What happened to runs that the server which heard of it could not step: a
-- newer one, or one with the right key, gives it to them. event is an
-- engine.Event; it holds no secret.

-- +goose Up
CREATE TABLE kept_events (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    run_id       TEXT NOT NULL,
    event        TEXT NOT NULL,
    at           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_events_run ON kept_events (run_id, id);
