"""Keys, signed links, limits, and the addresses the service may listen on."""
