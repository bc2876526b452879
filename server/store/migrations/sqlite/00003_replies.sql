-- Replies find the run that waits for them by reply_key: the channel and the
-- address that it asked, see (*Local).replyKey. It is set while a run waits for
-- a reply. inbound_times is when a person last wrote to a channel: for a day
-- after that some channel types let us write freely.

-- +goose Up
ALTER TABLE runs ADD COLUMN reply_key TEXT;
CREATE INDEX runs_reply ON runs (workspace_id, reply_key) WHERE reply_key IS NOT NULL;

CREATE TABLE inbound_times (
    workspace_id TEXT NOT NULL,
    channel_id   TEXT NOT NULL,
    address      TEXT NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, channel_id, address)
) STRICT, WITHOUT ROWID;
