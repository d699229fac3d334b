"""Where a learner's program runs: the host's side and the guest's side, with protocol.py between them."""
