-- One engagement's store. Rows are added, hardly ever changed. The format's number is in PRAGMA user_version.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE blob (digest TEXT PRIMARY KEY, data BLOB NOT NULL, stored_at REAL NOT NULL);
CREATE TABLE ledger (
    key TEXT NOT NULL,
    reads_digest TEXT NOT NULL,
    reads TEXT NOT NULL,
    step TEXT NOT NULL,
    parts TEXT NOT NULL,
    output TEXT NOT NULL,
    error TEXT NOT NULL,
    cost INTEGER,
    tokens INTEGER NOT NULL,
    seconds REAL NOT NULL,
    resolved TEXT NOT NULL,
    versions TEXT NOT NULL,
    recorded_at REAL NOT NULL,
    PRIMARY KEY (key, reads_digest)
) WITHOUT ROWID;
CREATE INDEX ledger_step ON ledger (step, recorded_at);
CREATE TABLE code (hash TEXT PRIMARY KEY, parts TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE run (
    id TEXT PRIMARY KEY,
    workflow TEXT NOT NULL,
    version TEXT NOT NULL,
    mode TEXT NOT NULL,
    case_id TEXT NOT NULL,
    inputs TEXT NOT NULL,
    status TEXT NOT NULL,
    output TEXT NOT NULL,
    error TEXT NOT NULL,
    started REAL NOT NULL,
    seconds REAL NOT NULL,
    cost INTEGER,
    cold_cost INTEGER,
    cold_seconds REAL NOT NULL,
    released TEXT NOT NULL
);
CREATE INDEX run_started ON run (started);
CREATE INDEX run_case ON run (case_id, started);
CREATE TABLE span (
    run TEXT NOT NULL,
    id TEXT NOT NULL,
    parent TEXT NOT NULL,
    step TEXT NOT NULL,
    kind TEXT NOT NULL,
    effect TEXT NOT NULL,
    status TEXT NOT NULL,
    key TEXT NOT NULL,
    parts TEXT NOT NULL,
    reads TEXT NOT NULL,
    output TEXT NOT NULL,
    error TEXT NOT NULL,
    started REAL NOT NULL,
    seconds REAL NOT NULL,
    cost INTEGER,
    tokens INTEGER NOT NULL,
    resolved TEXT NOT NULL,
    PRIMARY KEY (run, id)
) WITHOUT ROWID;
CREATE INDEX span_step ON span (step, started);
CREATE INDEX span_key ON span (key, started);
-- What a run's non-pure steps answered. For external effects the row is written before the call ('called').
CREATE TABLE tape (
    run TEXT NOT NULL,
    step TEXT NOT NULL,
    args TEXT NOT NULL,
    occurrence TEXT NOT NULL,
    effect TEXT NOT NULL,
    code TEXT NOT NULL,
    state TEXT NOT NULL,
    output TEXT NOT NULL,
    error TEXT NOT NULL,
    cost INTEGER,
    tokens INTEGER NOT NULL,
    seconds REAL NOT NULL,
    resolved TEXT NOT NULL,
    shown TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (run, step, args, occurrence)
) WITHOUT ROWID;
CREATE TABLE acceptance (
    run TEXT NOT NULL, step TEXT NOT NULL, code TEXT NOT NULL, accepted_by TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (run, step, code)
) WITHOUT ROWID;
CREATE TABLE approval (
    id TEXT PRIMARY KEY, step TEXT NOT NULL, args TEXT NOT NULL, shown TEXT NOT NULL,
    granted_by TEXT NOT NULL, at REAL NOT NULL, consumed_by TEXT NOT NULL DEFAULT ''
);
CREATE TABLE feedback (
    id TEXT PRIMARY KEY, run TEXT NOT NULL, judgement TEXT NOT NULL, field TEXT NOT NULL,
    has_expected INTEGER NOT NULL, expected TEXT NOT NULL, box TEXT NOT NULL, span TEXT NOT NULL,
    given_by TEXT NOT NULL, note TEXT NOT NULL, at REAL NOT NULL, undone INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX feedback_run ON feedback (run, at);
CREATE TABLE version (id TEXT PRIMARY KEY, manifest TEXT NOT NULL, lock TEXT NOT NULL, created REAL NOT NULL);
-- One row: the pointer moves by compare-and-swap on `serial`.
CREATE TABLE pointer (
    name TEXT PRIMARY KEY, live TEXT NOT NULL, previous TEXT NOT NULL, serial INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE release (
    id TEXT PRIMARY KEY, version TEXT NOT NULL, previous TEXT NOT NULL, kind TEXT NOT NULL,
    made_by TEXT NOT NULL, reason TEXT NOT NULL, verdict TEXT NOT NULL, at REAL NOT NULL
);
CREATE TABLE signoff (
    version TEXT NOT NULL, promise TEXT NOT NULL, by TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (version, promise, by)
) WITHOUT ROWID;
CREATE TABLE accepted_break (
    version TEXT NOT NULL, case_id TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (version, case_id)
) WITHOUT ROWID;
CREATE TABLE verdict (
    version TEXT NOT NULL, key TEXT NOT NULL, run TEXT NOT NULL, result TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (version, key)
) WITHOUT ROWID;
