-- Addresses at which a vendor takes one answer to a person's message, for a
-- while. sealed is a channels.Answer as JSON. used_by is the message that claimed
-- it: that is written before it is used, and an address that was claimed is not
-- used again, whatever became of it.

-- +goose Up
CREATE TABLE answers (
    id           TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    channel_id   TEXT NOT NULL,
    run_id       TEXT NOT NULL,
    address      TEXT NOT NULL,
    sealed       BLOB NOT NULL,
    at           INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    used_by      TEXT NOT NULL DEFAULT ''
);
CREATE INDEX answers_open ON answers (workspace_id, channel_id, at) WHERE used_by = '';
CREATE INDEX answers_expiry ON answers (expires_at);
