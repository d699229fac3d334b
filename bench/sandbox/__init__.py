"""What a sandbox costs: `python -m bench.sandbox`."""
