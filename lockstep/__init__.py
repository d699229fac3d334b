"""The words every part of Lockstep shares: verdicts, limits, the challenge format. Standard library only."""
