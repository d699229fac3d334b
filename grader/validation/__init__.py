"""Whether a challenge can be trusted: every solution graded with many seeds, and what that says about its tests."""
