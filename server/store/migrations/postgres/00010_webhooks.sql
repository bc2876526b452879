-- What vendors posted. A parcel holds the webhooks of one channel that were
-- committed together: sealed, because people's words are in them. A row of
-- webhook_inbox says that a parcel has not been given to its runs yet, and which
-- worker has it in hand.

-- +goose Up
CREATE TABLE webhook_parcels (
    id           TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL,
    channel_id   TEXT COLLATE "C" NOT NULL,
    received_at  BIGINT NOT NULL,
    accepted     BIGINT NOT NULL,
    refused      BIGINT NOT NULL,
    content      BYTEA NOT NULL
);
-- It is compressed before it is sealed: trying again would be in vain.
ALTER TABLE webhook_parcels ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX webhook_parcels_channel ON webhook_parcels (channel_id, id);
CREATE INDEX webhook_parcels_age ON webhook_parcels (received_at);

CREATE TABLE webhook_inbox (
    parcel_id    TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL,
    worker       TEXT COLLATE "C" NOT NULL,
    webhooks     BIGINT NOT NULL
);
