-- What vendors posted. A parcel holds the webhooks of one channel that were
-- committed together: sealed, because people's words are in them. A row of
-- webhook_inbox says that a parcel has not been given to its runs yet, and which
-- worker has it in hand.

-- +goose Up
CREATE TABLE webhook_parcels (
    id           TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    channel_id   TEXT NOT NULL,
    received_at  INTEGER NOT NULL,
    accepted     INTEGER NOT NULL,
    refused      INTEGER NOT NULL,
    content      BLOB NOT NULL
) STRICT;
CREATE INDEX webhook_parcels_channel ON webhook_parcels (channel_id, id);
CREATE INDEX webhook_parcels_age ON webhook_parcels (received_at);

CREATE TABLE webhook_inbox (
    parcel_id    TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    worker       TEXT NOT NULL,
    webhooks     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
