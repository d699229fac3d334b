"""What grading the course's own reference solutions takes, and whether it says the same every time."""
