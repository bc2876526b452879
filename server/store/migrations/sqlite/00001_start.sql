-- The first shape of the database. Instants are microseconds since 1970 UTC.
-- Ids are UUIDv7 text, so the order of ids is the order of creation. The hot
-- tables (runs, history, messages, outbox) have no foreign keys: their rows are
-- written by one statement per batch that has read what they refer to.

-- +goose Up
CREATE TABLE workspaces (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO workspaces (id, name, created_at) VALUES ('00000000-0000-7000-8000-000000000001', 'Default', 0);

CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    workspace_id  TEXT NOT NULL REFERENCES workspaces (id),
    email         TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    disabled_at   INTEGER
) STRICT;

CREATE TABLE memberships (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role         TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'operator', 'viewer')),
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
) STRICT;

CREATE TABLE sessions (
    token_hash   TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    address      TEXT NOT NULL DEFAULT '',
    user_agent   TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name         TEXT NOT NULL,
    role         TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'operator', 'viewer')),
    hash         TEXT NOT NULL UNIQUE,
    prefix       TEXT NOT NULL,
    created_by   TEXT NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;
CREATE INDEX api_keys_workspace ON api_keys (workspace_id);

CREATE TABLE setup_tokens (
    token_hash   TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE flows (
    id                      TEXT PRIMARY KEY,
    workspace_id            TEXT NOT NULL REFERENCES workspaces (id),
    name                    TEXT NOT NULL,
    draft                   TEXT NOT NULL,
    draft_version           INTEGER NOT NULL,
    draft_updated_at        INTEGER NOT NULL,
    draft_updated_by        TEXT NOT NULL DEFAULT '',
    published_version       INTEGER NOT NULL DEFAULT 0,
    published_draft_version INTEGER NOT NULL DEFAULT 0,
    published_at            INTEGER,
    created_at              INTEGER NOT NULL,
    updated_at              INTEGER NOT NULL,
    deleted_at              INTEGER
) STRICT;
CREATE INDEX flows_list ON flows (workspace_id, id) WHERE deleted_at IS NULL;

CREATE TABLE flow_versions (
    flow_id      TEXT NOT NULL REFERENCES flows (id),
    number       INTEGER NOT NULL,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    definition   TEXT NOT NULL,
    message      TEXT NOT NULL DEFAULT '',
    author       TEXT NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (flow_id, number)
) STRICT;

CREATE TABLE channels (
    id            TEXT PRIMARY KEY,
    workspace_id  TEXT NOT NULL REFERENCES workspaces (id),
    slug          TEXT NOT NULL,
    name          TEXT NOT NULL,
    remarks       TEXT NOT NULL DEFAULT '',
    type          TEXT NOT NULL,
    kind          TEXT NOT NULL,
    status        TEXT NOT NULL DEFAULT 'unbound' CHECK (status IN ('unbound', 'bound', 'suspended')),
    status_reason TEXT NOT NULL DEFAULT '',
    credentials   BLOB,
    settings      TEXT NOT NULL DEFAULT '{}',
    base_url      TEXT NOT NULL DEFAULT '',
    hook_key      TEXT NOT NULL UNIQUE,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    bound_at      INTEGER,
    UNIQUE (workspace_id, slug)
) STRICT;

CREATE TABLE templates (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    channel_type TEXT NOT NULL,
    slug         TEXT NOT NULL,
    name         TEXT NOT NULL,
    language     TEXT NOT NULL,
    category     TEXT NOT NULL DEFAULT '',
    body         TEXT NOT NULL DEFAULT '',
    parameters   INTEGER NOT NULL DEFAULT 0,
    provider_id  TEXT NOT NULL DEFAULT '',
    status       TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'pending', 'approved', 'rejected')),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    UNIQUE (workspace_id, channel_type, slug, language)
) STRICT;

-- One row per run. version grows by one with every step and guards each update.
-- due_at is set while the run waits with a deadline; every wait has one, if only
-- the end of the run's life, so the index over it holds the live runs.
CREATE TABLE runs (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    flow_id      TEXT NOT NULL,
    flow_version INTEGER NOT NULL,
    status       TEXT NOT NULL,
    outcome      TEXT NOT NULL DEFAULT '',
    error        TEXT NOT NULL DEFAULT '',
    node         TEXT NOT NULL DEFAULT '',
    visit        INTEGER NOT NULL DEFAULT 0,
    version      INTEGER NOT NULL,
    due_at       INTEGER,
    state        TEXT NOT NULL,
    secrets      BLOB,
    recipient    TEXT NOT NULL DEFAULT '',
    inputs       TEXT NOT NULL DEFAULT '{}',
    started_by   TEXT NOT NULL DEFAULT '',
    started_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    ended_at     INTEGER
) STRICT;
CREATE INDEX runs_due ON runs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX runs_live_recipient ON runs (workspace_id, recipient) WHERE due_at IS NOT NULL;
CREATE INDEX runs_list ON runs (workspace_id, id);
CREATE INDEX runs_flow ON runs (flow_id, id);
CREATE INDEX runs_failed ON runs (workspace_id, status, id) WHERE status IN ('failed', 'cancelled');

-- What each step did, masked. seq is the run's version after the step.
CREATE TABLE history (
    run_id       TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    workspace_id TEXT NOT NULL,
    at           INTEGER NOT NULL,
    event        TEXT NOT NULL,
    visit        INTEGER NOT NULL DEFAULT 0,
    trace        TEXT NOT NULL,
    PRIMARY KEY (run_id, seq)
) STRICT;

-- The id of an outbound message is "<run id>-<visit>": the idempotency key of
-- the visit. content is masked.
CREATE TABLE messages (
    id                  TEXT PRIMARY KEY,
    workspace_id        TEXT NOT NULL,
    run_id              TEXT NOT NULL DEFAULT '',
    visit               INTEGER NOT NULL DEFAULT 0,
    node                TEXT NOT NULL DEFAULT '',
    direction           TEXT NOT NULL CHECK (direction IN ('out', 'in')),
    channel_id          TEXT NOT NULL DEFAULT '',
    channel             TEXT NOT NULL,
    channel_type        TEXT NOT NULL,
    from_address        TEXT NOT NULL DEFAULT '',
    to_address          TEXT NOT NULL DEFAULT '',
    category            TEXT NOT NULL DEFAULT '',
    content             TEXT NOT NULL,
    status              TEXT NOT NULL,
    provider_message_id TEXT,
    code                TEXT NOT NULL DEFAULT '',
    reason              TEXT NOT NULL DEFAULT '',
    parts               INTEGER NOT NULL DEFAULT 0,
    queued_at           INTEGER NOT NULL,
    sent_at             INTEGER,
    delivered_at        INTEGER,
    read_at             INTEGER,
    failed_at           INTEGER
) STRICT;
CREATE INDEX messages_run ON messages (run_id, id) WHERE run_id <> '';
CREATE INDEX messages_provider ON messages (channel_id, provider_message_id) WHERE provider_message_id IS NOT NULL;

-- Messages that wait to be handed to a provider. payload is the true message,
-- sealed; the row goes when the outcome is known. lane is "<workspace>/<channel>":
-- a slow channel holds up its own lane only. failure_* is how the last attempt
-- failed. lease_by is the worker that holds
-- the row; attempts is the fencing token of the lease.
CREATE TABLE outbox (
    message_id      TEXT PRIMARY KEY,
    workspace_id    TEXT NOT NULL,
    run_id          TEXT NOT NULL,
    visit           INTEGER NOT NULL,
    node            TEXT NOT NULL,
    channel         TEXT NOT NULL,
    lane            TEXT NOT NULL,
    payload         BLOB NOT NULL,
    on_unknown      TEXT NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    created_at      INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    give_up_at      INTEGER NOT NULL,
    failure_class   TEXT NOT NULL DEFAULT '',
    failure_code    TEXT NOT NULL DEFAULT '',
    failure_reason  TEXT NOT NULL DEFAULT '',
    lease_by        TEXT
) STRICT;
CREATE INDEX outbox_due ON outbox (lane, next_attempt_at) WHERE lease_by IS NULL;
CREATE INDEX outbox_leased ON outbox (lease_by) WHERE lease_by IS NOT NULL;

-- Receipts that came before the provider's answer to the send they are about.
CREATE TABLE early_receipts (
    id                  TEXT PRIMARY KEY,
    workspace_id        TEXT NOT NULL,
    channel_id          TEXT NOT NULL,
    provider_message_id TEXT NOT NULL,
    status              TEXT NOT NULL,
    code                TEXT NOT NULL DEFAULT '',
    reason              TEXT NOT NULL DEFAULT '',
    at                  INTEGER NOT NULL,
    received_at         INTEGER NOT NULL,
    UNIQUE (channel_id, provider_message_id, status)
) STRICT;
CREATE INDEX early_receipts_age ON early_receipts (received_at);

CREATE TABLE idempotency_keys (
    workspace_id TEXT NOT NULL,
    flow_id      TEXT NOT NULL,
    key          TEXT NOT NULL,
    run_id       TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, flow_id, key)
) STRICT;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- The processes that run flows. A lease is good while its worker's heartbeat is.
CREATE TABLE workers (
    id           TEXT PRIMARY KEY,
    host         TEXT NOT NULL,
    started_at   INTEGER NOT NULL,
    heartbeat_at INTEGER NOT NULL
) STRICT;

-- What the phones of the simulator hold. They show what people were sent, so
-- messages are sealed.
CREATE TABLE simulator_messages (
    workspace_id TEXT NOT NULL,
    id           TEXT NOT NULL,
    at           INTEGER NOT NULL,
    message      BLOB NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;

CREATE TABLE simulator_rules (
    workspace_id TEXT PRIMARY KEY,
    rules        TEXT NOT NULL
) STRICT;
