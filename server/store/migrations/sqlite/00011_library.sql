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
CREATE TABLE templates_next (
    id                TEXT PRIMARY KEY,
    workspace_id      TEXT NOT NULL REFERENCES workspaces (id),
    channel_type      TEXT NOT NULL,
    slug              TEXT NOT NULL,
    name              TEXT NOT NULL,
    language          TEXT NOT NULL,
    category          TEXT NOT NULL DEFAULT '',
    body              TEXT NOT NULL DEFAULT '',
    parameters        INTEGER NOT NULL DEFAULT 0,
    provider_id       TEXT NOT NULL DEFAULT '',
    status            TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'pending', 'approved', 'rejected', 'paused', 'disabled')),
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    content           TEXT NOT NULL DEFAULT '{}',
    source_kind       TEXT NOT NULL DEFAULT '',
    source_channel_id TEXT NOT NULL DEFAULT '',
    vendor_id         TEXT NOT NULL DEFAULT '',
    vendor_name       TEXT NOT NULL DEFAULT '',
    status_reason     TEXT NOT NULL DEFAULT '',
    quality           TEXT NOT NULL DEFAULT '',
    seen_at           INTEGER,
    gone_at           INTEGER,
    UNIQUE (workspace_id, channel_type, slug, language)
) STRICT;
INSERT INTO templates_next (id, workspace_id, channel_type, slug, name, language, category, body, parameters, provider_id, status, created_at, updated_at)
    SELECT id, workspace_id, channel_type, slug, name, language, category, body, parameters, provider_id, status, created_at, updated_at FROM templates;
DROP TABLE templates;
ALTER TABLE templates_next RENAME TO templates;
CREATE UNIQUE INDEX templates_vendor ON templates (workspace_id, channel_type, source_kind, vendor_id, language) WHERE vendor_id <> '';

CREATE TABLE template_imports (
    workspace_id TEXT NOT NULL,
    channel_id   TEXT PRIMARY KEY,
    id           TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
    listed       INTEGER NOT NULL DEFAULT 0,
    total        INTEGER NOT NULL DEFAULT 0,
    result       TEXT NOT NULL DEFAULT '{}',
    started_at   INTEGER NOT NULL,
    beat_at      INTEGER NOT NULL,
    ended_at     INTEGER
) STRICT;

CREATE TABLE media (
    id            TEXT PRIMARY KEY,
    workspace_id  TEXT NOT NULL,
    channel_id    TEXT NOT NULL,
    message_id    TEXT NOT NULL,
    run_id        TEXT NOT NULL DEFAULT '',
    position      INTEGER NOT NULL DEFAULT 0,
    type          TEXT NOT NULL CHECK (type IN ('image', 'video', 'audio', 'document')),
    declared_type TEXT NOT NULL DEFAULT '',
    filename      TEXT NOT NULL DEFAULT '',
    source        BLOB NOT NULL,
    status        TEXT NOT NULL CHECK (status IN ('waiting', 'stored', 'failed')),
    code          TEXT NOT NULL DEFAULT '',
    reason        TEXT NOT NULL DEFAULT '',
    content_type  TEXT NOT NULL DEFAULT '',
    size          INTEGER NOT NULL DEFAULT 0,
    sha256        TEXT NOT NULL DEFAULT '',
    storage_key   TEXT NOT NULL DEFAULT '',
    data_key      BLOB,
    attempts      INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    next_at       INTEGER NOT NULL,
    give_up_at    INTEGER NOT NULL,
    lease_by      TEXT NOT NULL DEFAULT '',
    lease_until   INTEGER,
    stored_at     INTEGER
) STRICT;
CREATE INDEX media_due ON media (next_at) WHERE status = 'waiting';
CREATE INDEX media_message ON media (message_id, position);
CREATE INDEX media_content ON media (workspace_id, sha256) WHERE status = 'stored';
CREATE INDEX media_storage ON media (storage_key) WHERE storage_key <> '';
