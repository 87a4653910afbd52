"""Decides what may be spent, reached and kept, by the limits that the engagement declares."""
