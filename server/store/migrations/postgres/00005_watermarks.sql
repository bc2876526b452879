-- Vendors that report on all messages to a person up to a time need to find
-- them. Messages of the other channel types do not pay for it.

-- +goose Up
CREATE INDEX messages_person ON messages (channel_id, to_address, queued_at)
    WHERE channel_type IN ('messenger', 'instagram') AND direction = 'out';
