"""Search: find passages, name them for later editions, and follow such names back."""
