-- Format 5: who asked for an answer on the page for users (nobody else who asks is here), and words by what they say.
CREATE TABLE asked (run TEXT PRIMARY KEY, by TEXT NOT NULL, workflow TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX asked_by ON asked (by, workflow, at);
CREATE INDEX feedback_word ON feedback (judgement, undone, run);
