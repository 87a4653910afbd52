"""Small local models from corrections: field extractors with calibrated abstention."""
