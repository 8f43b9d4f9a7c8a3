-- Keys by which callers are known. Of the key itself there is only a salted hash.
CREATE TABLE access_keys (
    key_id text PRIMARY KEY,
    role smallint NOT NULL,
    salt bytea NOT NULL,
    hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
);
