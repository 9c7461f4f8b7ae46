"""From a request to a vendor's handler and back: dispatcher, journal, edge, Connexion, compiled operations."""
