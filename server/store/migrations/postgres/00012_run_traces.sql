-- The traces of callers (W3C traceparent) that runs were started in, so that every
-- process adds to the same one. Runs without a row have a trace of their own,
-- which follows from their id. created_at is in microseconds since 1970 UTC.

-- +goose Up
CREATE TABLE run_traces (
    run_id       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL,
    traceparent  TEXT COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL
);
CREATE INDEX run_traces_age ON run_traces (created_at);
