"""Decides: takes submissions to a sandbox, and what the sandbox tells to a verdict."""
