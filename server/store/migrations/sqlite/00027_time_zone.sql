-- The zone in which a workspace's flows mean times without one, by its IANA name;
-- empty is UTC. A run keeps the one that it began with.

-- +goose Up
ALTER TABLE workspaces ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';
