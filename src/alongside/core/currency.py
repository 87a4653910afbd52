"""What ISO 4217 says of currencies, wherever amounts are read."""

__all__ = ["THREE_DECIMALS"]

THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
"""The codes whose amounts have three decimals, so that a point before three digits groups nothing."""
