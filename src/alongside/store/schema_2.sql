-- Format 2: ways in. Of a secret only its SHA-256 is here, and none of these rows leaves with an export.
CREATE TABLE link (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, secret TEXT NOT NULL UNIQUE, person TEXT NOT NULL,
    made_by TEXT NOT NULL, made REAL NOT NULL, expires REAL NOT NULL, ended REAL NOT NULL DEFAULT 0
);
CREATE INDEX link_person ON link (person);
CREATE TABLE question (
    link TEXT NOT NULL, place INTEGER NOT NULL, run TEXT NOT NULL, field TEXT NOT NULL,
    word TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (link, place)
) WITHOUT ROWID;
CREATE TABLE session (
    secret TEXT PRIMARY KEY, link TEXT NOT NULL, person TEXT NOT NULL, started REAL NOT NULL, used REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_person ON session (person);
