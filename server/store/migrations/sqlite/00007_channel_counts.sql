-- What became of the messages of each channel, counted as it happens: sent,
-- delivered, read and failed in the hour in which that happened (microseconds
-- since 1970 UTC). detail is the code of what failed, and the bucket of how long
-- a delivery took. Several processes count in shards of their own.

-- +goose Up
CREATE TABLE channel_counts (
    workspace_id TEXT NOT NULL,
    channel_id   TEXT NOT NULL,
    hour         INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    detail       TEXT NOT NULL,
    shard        INTEGER NOT NULL,
    n            INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, channel_id, hour, kind, detail, shard)
) STRICT, WITHOUT ROWID;
CREATE INDEX channel_counts_age ON channel_counts (hour);

-- The last failures of a channel.
CREATE INDEX messages_failed ON messages (channel_id, failed_at) WHERE failed_at IS NOT NULL;

-- Messages from before counting.
INSERT INTO channel_counts (workspace_id, channel_id, hour, kind, detail, shard, n)
    SELECT workspace_id, channel_id, sent_at - sent_at % 3600000000, 'sent', '', 0, COUNT(*)
    FROM messages WHERE direction = 'out' AND channel_id <> '' AND sent_at IS NOT NULL GROUP BY 1, 2, 3;
INSERT INTO channel_counts (workspace_id, channel_id, hour, kind, detail, shard, n)
    SELECT workspace_id, channel_id, delivered_at - delivered_at % 3600000000, 'delivered', '', 0, COUNT(*)
    FROM messages WHERE direction = 'out' AND channel_id <> '' AND delivered_at IS NOT NULL GROUP BY 1, 2, 3;
INSERT INTO channel_counts (workspace_id, channel_id, hour, kind, detail, shard, n)
    SELECT workspace_id, channel_id, read_at - read_at % 3600000000, 'read', '', 0, COUNT(*)
    FROM messages WHERE direction = 'out' AND channel_id <> '' AND read_at IS NOT NULL GROUP BY 1, 2, 3;
INSERT INTO channel_counts (workspace_id, channel_id, hour, kind, detail, shard, n)
    SELECT workspace_id, channel_id, failed_at - failed_at % 3600000000, 'failed', SUBSTR(code, 1, 100), 0, COUNT(*)
    FROM messages WHERE direction = 'out' AND channel_id <> '' AND failed_at IS NOT NULL AND status = 'failed' GROUP BY 1, 2, 3, 5;
