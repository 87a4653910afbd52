"""Runs code in isolation: worker processes that can be killed, under memory, time and output caps."""
