-- Messages with a time to come. A vendor may hold one for us: then the task of
-- its outbox row is "handed", and "withdraw" when it is to be taken back.
-- message is what the vendor calls the last message of a person.

-- +goose Up
ALTER TABLE messages ADD COLUMN send_at BIGINT;
ALTER TABLE outbox ADD COLUMN task TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN provider_message_id TEXT NOT NULL DEFAULT '';
ALTER TABLE inbound_times ADD COLUMN message TEXT NOT NULL DEFAULT '';
