-- Live runs get a table of their own, which stays small however many have
-- ended. Runs that have ended, histories and messages are partitioned by the
-- week in which their run began, which their ids tell: no key changes, a look by
-- id goes to one partition, and old weeks go as a whole.
--
-- The tables that there were become partitions: of ended_runs and history the
-- first, of messages the default one, which also keeps the messages from people.
-- A constraint says of it that it holds nothing of the weeks to come, so that
-- their partitions are made without reading it. In a new database there is a
-- partition for messages from people, and the default one takes anything. No row of them is copied or read but those of live runs, so this takes as long
-- as there are live runs (a second per 100,000) after the moment in which nobody
-- holds the tables. When that moment does not come within 10 seconds (a dump may
-- hold them for hours) this fails and changes nothing: start the server again
-- then.
--
-- Older servers that still run go on with the same names, statements and
-- columns. What ends on one of them stays in runs until a newer one moves it;
-- runs that have left runs are not found by the older ones.

-- +goose Up
SET LOCAL lock_timeout = '10s';
LOCK TABLE runs, history, messages IN ACCESS EXCLUSIVE MODE;

-- Runs.
ALTER TABLE runs RENAME TO ended_runs_before;
ALTER INDEX runs_pkey RENAME TO ended_runs_before_pkey;
ALTER INDEX runs_list RENAME TO ended_runs_before_list;
ALTER INDEX runs_flow RENAME TO ended_runs_before_flow;
ALTER INDEX runs_failed RENAME TO ended_runs_before_failed;
ALTER INDEX runs_age RENAME TO ended_runs_before_age;

CREATE TABLE runs (LIKE ended_runs_before INCLUDING DEFAULTS, PRIMARY KEY (id))
    WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_scale_factor = 0.2);
WITH live AS (DELETE FROM ended_runs_before WHERE due_at IS NOT NULL RETURNING *) INSERT INTO runs SELECT * FROM live;
DROP INDEX runs_due, runs_live_recipient, runs_reply;
CREATE INDEX runs_due ON runs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX runs_live_recipient ON runs (workspace_id, recipient) WHERE due_at IS NOT NULL;
CREATE INDEX runs_reply ON runs (workspace_id, reply_key) WHERE reply_key IS NOT NULL;
-- What older servers have ended and left here.
CREATE INDEX runs_left ON runs (id) WHERE ended_at IS NOT NULL;

CREATE TABLE ended_runs (LIKE ended_runs_before INCLUDING DEFAULTS, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE INDEX ended_runs_list ON ended_runs (workspace_id, id);
CREATE INDEX ended_runs_flow ON ended_runs (flow_id, id);
CREATE INDEX ended_runs_failed ON ended_runs (workspace_id, status, id) WHERE status IN ('failed', 'cancelled');
CREATE INDEX ended_runs_age ON ended_runs USING brin (ended_at);

CREATE VIEW all_runs AS
    SELECT id, workspace_id, flow_id, flow_version, status, outcome, error, node, visit, version, due_at, state, recipient, inputs,
        started_by, started_at, updated_at, ended_at FROM runs
    UNION ALL
    SELECT id, workspace_id, flow_id, flow_version, status, outcome, error, node, visit, version, due_at, state, recipient, inputs,
        started_by, started_at, updated_at, ended_at FROM ended_runs;

-- Histories.
ALTER TABLE history RENAME TO history_before;
ALTER INDEX history_pkey RENAME TO history_before_pkey;
CREATE TABLE history (LIKE history_before INCLUDING DEFAULTS, PRIMARY KEY (run_id, seq)) PARTITION BY RANGE (run_id);

-- Messages.
ALTER TABLE messages RENAME TO messages_default;
ALTER INDEX messages_pkey RENAME TO messages_default_pkey;
ALTER INDEX messages_run RENAME TO messages_default_run;
ALTER INDEX messages_provider RENAME TO messages_default_provider;
ALTER INDEX messages_person RENAME TO messages_default_person;
ALTER INDEX messages_failed RENAME TO messages_default_failed;
ALTER INDEX messages_heard RENAME TO messages_default_heard;
CREATE TABLE messages (
    LIKE messages_default INCLUDING DEFAULTS, PRIMARY KEY (id),
    CONSTRAINT messages_direction_check CHECK (direction IN ('out', 'in'))
) PARTITION BY RANGE (id);
CREATE INDEX messages_run ON messages (run_id, id) WHERE run_id <> '';
CREATE INDEX messages_provider ON messages (channel_id, provider_message_id) WHERE provider_message_id IS NOT NULL;
CREATE INDEX messages_person ON messages (channel_id, to_address, queued_at)
    WHERE channel_type IN ('messenger', 'instagram') AND direction = 'out';
CREATE INDEX messages_failed ON messages (channel_id, failed_at) WHERE failed_at IS NOT NULL;
CREATE INDEX messages_heard ON messages (queued_at) WHERE direction = 'in';
ALTER TABLE messages_default SET (fillfactor = 80);
-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM messages_default) OR EXISTS (SELECT 1 FROM ended_runs_before) OR EXISTS (SELECT 1 FROM runs) THEN
        ALTER TABLE messages ATTACH PARTITION messages_default DEFAULT;
    ELSE
        ALTER TABLE messages_default DROP CONSTRAINT messages_before;
        ALTER TABLE messages_default RENAME TO messages_inbound;
        ALTER TABLE messages ATTACH PARTITION messages_inbound FOR VALUES FROM ('g') TO (MAXVALUE);
        CREATE TABLE messages_default PARTITION OF messages DEFAULT WITH (fillfactor = 80);
    END IF;
END
$$;
-- +goose StatementEnd

ALTER TABLE ended_runs_before RENAME CONSTRAINT runs_before TO ended_runs_before_edge;

-- Weeks are named after their Monday. Maintenance makes more of them in time.
-- +goose StatementBegin
DO $$
DECLARE
    edge text := substring(pg_get_constraintdef((SELECT oid FROM pg_constraint WHERE conname = 'ended_runs_before_edge')) FROM '''([0-9a-f-]+)''');
    monday timestamptz := to_timestamp(('x' || lpad(replace(edge, '-', ''), 16, '0'))::bit(64)::bigint / 1000.0);
    next_edge text;
    name text;
BEGIN
    EXECUTE format('ALTER TABLE ended_runs ATTACH PARTITION ended_runs_before FOR VALUES FROM (MINVALUE) TO (%L)', edge);
    EXECUTE format('ALTER TABLE history ATTACH PARTITION history_before FOR VALUES FROM (MINVALUE) TO (%L)', edge);
    CREATE TABLE ended_runs_default PARTITION OF ended_runs DEFAULT;
    CREATE TABLE history_default PARTITION OF history DEFAULT;
    FOR i IN 0..7 LOOP
        next_edge := lpad(to_hex((EXTRACT(EPOCH FROM monday + interval '7 days') * 1000)::bigint), 12, '0');
        next_edge := left(next_edge, 8) || '-' || right(next_edge, 4);
        name := '_w' || to_char(monday AT TIME ZONE 'UTC', 'YYYYMMDD');
        EXECUTE format('CREATE TABLE %I PARTITION OF ended_runs FOR VALUES FROM (%L) TO (%L) WITH (fillfactor = 90)', 'ended_runs' || name, edge, next_edge);
        EXECUTE format('CREATE TABLE %I PARTITION OF history FOR VALUES FROM (%L) TO (%L)', 'history' || name, edge, next_edge);
        EXECUTE format('CREATE TABLE %I PARTITION OF messages FOR VALUES FROM (%L) TO (%L) WITH (fillfactor = 80)', 'messages' || name, edge, next_edge);
        monday := monday + interval '7 days';
        edge := next_edge;
    END LOOP;
END
$$;
-- +goose StatementEnd

ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 2000);
