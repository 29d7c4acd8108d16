-- Telephones that get codes: one for each account, a factor once a code of it was right. The number is in E.164.
CREATE TABLE phones (
    user_id      TEXT        PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    number       TEXT        NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    confirmed_at TIMESTAMPTZ
);

-- The last code of each account and purpose, as a keyed hash. A newer one takes its place.
CREATE TABLE sms_codes (
    user_id    TEXT        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose    TEXT        NOT NULL CHECK (purpose IN ('enrolment', 'sign_in', 'step_up')),
    hash       TEXT        NOT NULL,
    message_id TEXT        NOT NULL,
    tries      BIGINT      NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at    TIMESTAMPTZ,
    PRIMARY KEY (user_id, purpose)
);
CREATE INDEX idx_sms_codes_expires_at ON sms_codes (expires_at);

-- Every message and what became of it: neither its words nor the whole number. `block` lacks the last four digits.
CREATE TABLE sms_messages (
    id          TEXT        PRIMARY KEY,
    user_id     TEXT        REFERENCES users (id) ON DELETE SET NULL,
    purpose     TEXT        NOT NULL,
    country     TEXT        NOT NULL,
    block       TEXT        NOT NULL,
    provider    TEXT        NOT NULL,
    state       TEXT        NOT NULL CHECK (state IN ('sending', 'sent', 'failed')),
    provider_id TEXT,
    failure     TEXT,
    created_at  TIMESTAMPTZ NOT NULL,
    answered_at TIMESTAMPTZ
);
CREATE INDEX idx_sms_messages_user_id ON sms_messages (user_id);
CREATE INDEX idx_sms_messages_country ON sms_messages (country, created_at);
CREATE INDEX idx_sms_messages_block ON sms_messages (block, created_at);
CREATE INDEX idx_sms_messages_created_at ON sms_messages (created_at);

-- Countries and blocks of numbers that get no messages for now: too many of theirs were never answered.
CREATE TABLE sms_brakes (
    prefix     TEXT        PRIMARY KEY,
    pulled_at  TIMESTAMPTZ NOT NULL,
    until      TIMESTAMPTZ NOT NULL
);
