"""View-models: each noun is turned into rows, text and JSON once, for the terminal, for programs and for pages."""
