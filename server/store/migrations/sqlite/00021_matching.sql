-- Whose answer a message from a person is: matched says why it went to its run,
-- at_visit the visit that the run was in, after whose message it is shown.
-- address_aliases are what a vendor calls a person beside the address that we
-- write to or know; kind is "number" or "id", one of each for an address.

-- +goose Up
ALTER TABLE messages ADD COLUMN matched TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN at_visit INTEGER NOT NULL DEFAULT 0;

CREATE TABLE address_aliases (
    workspace_id TEXT NOT NULL,
    channel_id   TEXT NOT NULL,
    address      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    alias        TEXT NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, channel_id, address, kind)
);
CREATE INDEX address_aliases_alias ON address_aliases (workspace_id, channel_id, alias, at);
