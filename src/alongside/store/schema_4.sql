-- Format 4: who took a word back, and when (empty and 0 where nobody did, or before this was kept).
ALTER TABLE feedback ADD COLUMN undone_by TEXT NOT NULL DEFAULT '';
ALTER TABLE feedback ADD COLUMN undone_at REAL NOT NULL DEFAULT 0;
