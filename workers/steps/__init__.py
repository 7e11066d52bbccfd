"""Steps: which work is due, which worker leases it, what happens when that worker dies."""
