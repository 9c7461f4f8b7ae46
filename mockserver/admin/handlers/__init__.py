"""The control plane's handlers, one method per operationId of `openapi.yaml`; they know no Flask.

A handler returns the body to send, None for none, `Written` for one that is not plain JSON, and raises a `Problem` for
a refusal.
"""

from mockserver.admin.handlers.clock import ClockHandlers
from mockserver.admin.handlers.events import EventHandlers
from mockserver.admin.handlers.faults import FaultHandlers
from mockserver.admin.handlers.journal import JournalHandlers
from mockserver.admin.handlers.metrics import MetricsHandlers
from mockserver.admin.handlers.sandboxes import SandboxHandlers
from mockserver.admin.handlers.server import ServerHandlers
from mockserver.admin.handlers.snapshots import SnapshotHandlers
from mockserver.admin.handlers.state import StateHandlers

HANDLERS = (
    ServerHandlers,
    SandboxHandlers,
    SnapshotHandlers,
    StateHandlers,
    ClockHandlers,
    EventHandlers,
    FaultHandlers,
    JournalHandlers,
    MetricsHandlers,
)
