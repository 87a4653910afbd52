"""Calls models: the OpenAI-compatible dialect, prices, a scripted double and the prompt-based extractor."""
