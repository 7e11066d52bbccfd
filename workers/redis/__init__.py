"""Redis: its clients, the names of its keys, and Lua scripts that change records. Imports schemas only."""
