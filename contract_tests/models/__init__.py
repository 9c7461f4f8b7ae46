"""What each vendor is read to do, as a state machine with a plain reference: one module a vendor."""
