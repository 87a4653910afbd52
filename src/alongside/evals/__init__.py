"""Feedback to cases; checks; versions compared with honest statistics."""
