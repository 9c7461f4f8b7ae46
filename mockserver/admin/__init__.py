"""The control plane: a Flask application whose routes, parameters and bodies are those of its own document."""

from mockserver.admin.app import build

__all__ = ["build"]
