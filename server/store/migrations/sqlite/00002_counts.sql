-- What happened to the runs of each flow, counted as it happens, so that nobody
-- has to read all runs to know. A row counts one kind of thing among the runs
-- that began in one hour: hour is its beginning in microseconds since 1970 UTC.
-- node, port and detail say where, by kind; they are empty where there is
-- nothing to say. Several processes count in shards of their own, because the
-- row of a count is locked until its transaction ends.

-- +goose Up
CREATE TABLE flow_counts (
    workspace_id TEXT NOT NULL,
    flow_id      TEXT NOT NULL,
    hour         INTEGER NOT NULL,
    flow_version INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    node         TEXT NOT NULL,
    port         TEXT NOT NULL,
    detail       TEXT NOT NULL,
    shard        INTEGER NOT NULL,
    n            INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, flow_id, hour, flow_version, kind, node, port, detail, shard)
) STRICT, WITHOUT ROWID;
CREATE INDEX flow_counts_age ON flow_counts (hour);

-- Whether a message of the run was delivered or read.
ALTER TABLE runs ADD COLUMN reached INTEGER NOT NULL DEFAULT 0;
UPDATE runs SET reached = 1 WHERE EXISTS (SELECT 1 FROM messages WHERE messages.run_id = runs.id AND messages.direction = 'out'
    AND (messages.delivered_at IS NOT NULL OR messages.read_at IS NOT NULL));

-- Runs that began before counting did.
INSERT INTO flow_counts (workspace_id, flow_id, hour, flow_version, kind, node, port, detail, shard, n)
    SELECT workspace_id, flow_id, started_at - started_at % 3600000000, flow_version, 'started', '', '', '', 0, COUNT(*)
    FROM runs GROUP BY 1, 2, 3, 4;
INSERT INTO flow_counts (workspace_id, flow_id, hour, flow_version, kind, node, port, detail, shard, n)
    SELECT workspace_id, flow_id, started_at - started_at % 3600000000, flow_version, 'reached', '', '', '', 0, COUNT(*)
    FROM runs WHERE reached = 1 GROUP BY 1, 2, 3, 4;
INSERT INTO flow_counts (workspace_id, flow_id, hour, flow_version, kind, node, port, detail, shard, n)
    SELECT workspace_id, flow_id, started_at - started_at % 3600000000, flow_version, 'ended', node, outcome, status, 0, COUNT(*)
    FROM runs WHERE ended_at IS NOT NULL GROUP BY 1, 2, 3, 4, 6, 7, 8;
