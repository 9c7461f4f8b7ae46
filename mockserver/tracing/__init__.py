"""Where each statement of the contracts comes from, where it stands, and which tests hold it."""
