"""May it ship, is it out, take it back."""
