"""The worlds that vendors live in: sandboxes with their clock, ids, journal and records, begun from a scenario."""
