"""The problems; `suite` has all of them, with what they need installed."""
