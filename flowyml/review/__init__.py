"""What a reviewer wants to know: what is wrong, what changed, what means the same."""
