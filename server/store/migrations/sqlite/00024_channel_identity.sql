-- Which account and sender a bound or suspended channel is: a fingerprint that only
-- this server can make, so that two channels are never bound to the same. Channels
-- that were bound before have none until they are compared with another; of those
-- that are the same already, all but one stay without.

-- +goose Up
ALTER TABLE channels ADD COLUMN identity TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX channels_identity ON channels (identity) WHERE identity <> '';
