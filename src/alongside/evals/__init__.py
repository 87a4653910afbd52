"""Feedback becomes cases, checks judge answers, and shares are shown with what they prove."""
