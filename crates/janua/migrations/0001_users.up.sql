-- People, and what they prove themselves with. Addresses are stored lower-case; the check makes sure of it.
-- epoch grows with every change of rights or credentials: a proof made before it counts no more.
CREATE TABLE users (
    id                TEXT        PRIMARY KEY,
    email             TEXT        NOT NULL CHECK (email = lower(email)),
    email_verified_at TIMESTAMPTZ,
    email_verified    BOOLEAN     GENERATED ALWAYS AS (email_verified_at IS NOT NULL) STORED,
    username          TEXT,
    first_name        TEXT,
    last_name         TEXT,
    locale            TEXT,
    is_admin          BOOLEAN     NOT NULL,
    epoch             BIGINT      NOT NULL,
    suspended_at      TIMESTAMPTZ,
    last_sign_in_at   TIMESTAMPTZ,
    created_at        TIMESTAMPTZ NOT NULL,
    updated_at        TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX idx_users_email ON users (email);
CREATE UNIQUE INDEX idx_users_username ON users (username);
CREATE INDEX idx_users_created_at ON users (created_at, id);

CREATE TABLE passwords (
    user_id    TEXT        PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    hash       TEXT        NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
