-- Templates that were imported from a provider: what else it says of them, and
-- which of its templates they are. source_kind is the provider's name, empty for
-- a template that a person recorded; provider_id stays what a send names it by,
-- vendor_id what the provider's list does. content is a channels.TemplateContent
-- as JSON.
--
-- template_imports holds the latest import of each channel: its progress while
-- it runs (beat_at then moves on), its result afterwards.
--
-- media are the files of messages from people. A row is the intent to fetch one
-- from its provider, and later where it is kept. source (a channels.Media) and
-- data_key (what the kept file is encrypted with) are sealed. lease_by and
-- lease_until are the worker that has it in hand; attempts is the fencing token.

-- +goose Up
ALTER TABLE templates DROP CONSTRAINT templates_status_check;
ALTER TABLE templates ADD CONSTRAINT templates_status_check CHECK (status IN ('draft', 'pending', 'approved', 'rejected', 'paused', 'disabled'));
ALTER TABLE templates
    ADD COLUMN content           TEXT NOT NULL DEFAULT '{}',
    ADD COLUMN source_kind       TEXT NOT NULL DEFAULT '',
    ADD COLUMN source_channel_id TEXT COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN vendor_id         TEXT NOT NULL DEFAULT '',
    ADD COLUMN vendor_name       TEXT NOT NULL DEFAULT '',
    ADD COLUMN status_reason     TEXT NOT NULL DEFAULT '',
    ADD COLUMN quality           TEXT NOT NULL DEFAULT '',
    ADD COLUMN seen_at           BIGINT,
    ADD COLUMN gone_at           BIGINT;
CREATE UNIQUE INDEX templates_vendor ON templates (workspace_id, channel_type, source_kind, vendor_id, language) WHERE vendor_id <> '';

CREATE TABLE template_imports (
    workspace_id TEXT COLLATE "C" NOT NULL,
    channel_id   TEXT COLLATE "C" PRIMARY KEY,
    id           TEXT COLLATE "C" NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
    listed       BIGINT NOT NULL DEFAULT 0,
    total        BIGINT NOT NULL DEFAULT 0,
    result       TEXT NOT NULL DEFAULT '{}',
    started_at   BIGINT NOT NULL,
    beat_at      BIGINT NOT NULL,
    ended_at     BIGINT
);

CREATE TABLE media (
    id            TEXT COLLATE "C" PRIMARY KEY,
    workspace_id  TEXT COLLATE "C" NOT NULL,
    channel_id    TEXT COLLATE "C" NOT NULL,
    message_id    TEXT COLLATE "C" NOT NULL,
    run_id        TEXT COLLATE "C" NOT NULL DEFAULT '',
    position      BIGINT NOT NULL DEFAULT 0,
    type          TEXT NOT NULL CHECK (type IN ('image', 'video', 'audio', 'document')),
    declared_type TEXT NOT NULL DEFAULT '',
    filename      TEXT NOT NULL DEFAULT '',
    source        BYTEA NOT NULL,
    status        TEXT NOT NULL CHECK (status IN ('waiting', 'stored', 'failed')),
    code          TEXT NOT NULL DEFAULT '',
    reason        TEXT NOT NULL DEFAULT '',
    content_type  TEXT NOT NULL DEFAULT '',
    size          BIGINT NOT NULL DEFAULT 0,
    sha256        TEXT NOT NULL DEFAULT '',
    storage_key   TEXT NOT NULL DEFAULT '',
    data_key      BYTEA,
    attempts      BIGINT NOT NULL DEFAULT 0,
    created_at    BIGINT NOT NULL,
    next_at       BIGINT NOT NULL,
    give_up_at    BIGINT NOT NULL,
    lease_by      TEXT NOT NULL DEFAULT '',
    lease_until   BIGINT,
    stored_at     BIGINT
);
CREATE INDEX media_due ON media (next_at) WHERE status = 'waiting';
CREATE INDEX media_message ON media (message_id, position);
CREATE INDEX media_content ON media (workspace_id, sha256) WHERE status = 'stored';
CREATE INDEX media_storage ON media (storage_key) WHERE storage_key <> '';
