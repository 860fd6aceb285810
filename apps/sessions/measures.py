"""What sessions measure of the business: logins."""

from idl import sessions
from thriftshop.telemetry.measures import Total, once

MEASURES = [
    Total("thriftshop_sessions_started_total", "Sessions that were started.", {sessions.SessionStarted: once}),
]
