-- Format 6: what lists filter by stands in the index that they walk, so that only a run that is listed is looked up.
DROP INDEX IF EXISTS run_started;
CREATE INDEX run_listed ON run (started, id, mode, status, workflow, version);
