-- Messages that wait because their channel's rate is used up keep the moment
-- that was found for them, whichever process takes them in hand then.

-- +goose Up
ALTER TABLE outbox ADD COLUMN paced BIGINT NOT NULL DEFAULT 0;
