-- What is pruned by age is found by age. On SQLite runs stay in one table when
-- they have ended: they are found under the same name as on PostgreSQL.

-- +goose Up
CREATE INDEX messages_heard ON messages (queued_at) WHERE direction = 'in';

CREATE VIEW all_runs AS
    SELECT id, workspace_id, flow_id, flow_version, status, outcome, error, node, visit, version, due_at, state, recipient, inputs,
        started_by, started_at, updated_at, ended_at FROM runs;
