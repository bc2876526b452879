-- What the next migration needs to know about the big tables, found out while
-- servers go on reading and writing: it can then put them under partitioned
-- tables without looking at their rows.
--
-- Ids are UUIDv7, whose text sorts by time. All rows so far have ids before
-- "edge", which is four weeks ahead, so that older servers that still run are
-- never refused; a database without runs takes the beginning of this week.
-- Messages from people have ids of another form ("in-…"), which sort after all
-- of them.

-- +goose NO TRANSACTION

-- +goose Up
CREATE INDEX CONCURRENTLY IF NOT EXISTS runs_age ON runs USING brin (ended_at);
CREATE INDEX CONCURRENTLY IF NOT EXISTS messages_heard ON messages (queued_at) WHERE direction = 'in';

-- +goose StatementBegin
DO $$
DECLARE
    week timestamptz := date_trunc('week', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    edge text;
BEGIN
    IF EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'runs_before') THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT 1 FROM runs) THEN
        week := week + interval '28 days';
    END IF;
    edge := lpad(to_hex((EXTRACT(EPOCH FROM week) * 1000)::bigint), 12, '0');
    edge := left(edge, 8) || '-' || right(edge, 4);
    EXECUTE format('ALTER TABLE history ADD CONSTRAINT history_before CHECK (run_id < %L) NOT VALID', edge);
    EXECUTE format('ALTER TABLE messages ADD CONSTRAINT messages_before CHECK (id < %L OR id >= ''g'') NOT VALID', edge);
    EXECUTE format('ALTER TABLE runs ADD CONSTRAINT runs_before CHECK (id < %L) NOT VALID', edge);
END
$$;
-- +goose StatementEnd

ALTER TABLE history VALIDATE CONSTRAINT history_before;
ALTER TABLE messages VALIDATE CONSTRAINT messages_before;
ALTER TABLE runs VALIDATE CONSTRAINT runs_before;
