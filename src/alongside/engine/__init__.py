"""Runs a workflow durably, keeps each step's result by what made it, and replays."""
