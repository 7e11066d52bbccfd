"""Jobs: their requests, their records in Redis, and what clients see of them. No I/O."""
