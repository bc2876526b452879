-- Due timers of each workspace by themselves: while more is due than one
-- transaction takes, workspaces take turns. Expressions, because PostgreSQL plans
-- the queries once per connection, when the table may be small yet and any index
-- good enough: these find their rows by no other one.
--
-- Servers go on reading and writing while it is made. One that was left half made
-- is of no use.

-- +goose NO TRANSACTION

-- +goose Up
DROP INDEX CONCURRENTLY IF EXISTS runs_turns;
CREATE INDEX CONCURRENTLY runs_turns ON runs ((workspace_id || ''), (due_at + 0)) WHERE due_at IS NOT NULL;
