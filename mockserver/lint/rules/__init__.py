"""The rules, by subject; each is a class, and found by being here."""
