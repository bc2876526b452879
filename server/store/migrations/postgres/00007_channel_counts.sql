-- What became of the messages of each channel, counted as it happens: sent,
-- delivered, read and failed in the hour in which that happened (microseconds
-- since 1970 UTC). detail is the code of what failed, and the bucket of how long
-- a delivery took. Several processes count in shards of their own.

-- +goose Up
CREATE TABLE channel_counts (
    workspace_id TEXT COLLATE "C" NOT NULL,
    channel_id   TEXT COLLATE "C" NOT NULL,
    hour         BIGINT NOT NULL,
    kind         TEXT COLLATE "C" NOT NULL,
    detail       TEXT COLLATE "C" NOT NULL,
    shard        BIGINT NOT NULL,
    n            BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, channel_id, hour, kind, detail, shard)
);
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
