-- Format 3: a verdict says whose it is, and stays as the last word where it may not stand in for a run any more.
ALTER TABLE verdict ADD COLUMN case_id TEXT NOT NULL DEFAULT '';
-- 'kept': it may stand in for a run. 'told': it may not. 'old': what it rests on was asked anew or forgotten since.
ALTER TABLE verdict ADD COLUMN standing TEXT NOT NULL DEFAULT 'kept';
UPDATE verdict SET case_id = coalesce((SELECT case_id FROM run WHERE run.id = verdict.run), '');
-- A proof of a change on cases: what it is of, and once it has ended what it found. `found` is empty while it runs.
CREATE TABLE proof (
    id TEXT PRIMARY KEY, version TEXT NOT NULL, baseline TEXT NOT NULL, only_case TEXT NOT NULL,
    by TEXT NOT NULL, started REAL NOT NULL, cases TEXT NOT NULL, found TEXT NOT NULL DEFAULT ''
);
CREATE INDEX proof_started ON proof (started);
