"""What this server is compared with."""
