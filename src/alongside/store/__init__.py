"""Keeps every record and blob: SQLite beside the engagement, blobs by hash, files as the truth."""
