-- Due timers of each workspace by themselves: while more is due than one
-- transaction takes, workspaces take turns.

-- +goose Up
CREATE INDEX runs_turns ON runs (workspace_id, due_at) WHERE due_at IS NOT NULL;
