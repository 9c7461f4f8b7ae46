"""What holds for any server, the mock or a vendor's own sandbox: speaks HTTP, knows the documents only."""
