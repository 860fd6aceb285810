"""What users measure of the business: registrations."""

from idl import users
from thriftshop.telemetry.measures import Total, once

MEASURES = [
    Total("thriftshop_users_registered_total", "Registered accounts.", {users.UserRegistered: once}),
]
