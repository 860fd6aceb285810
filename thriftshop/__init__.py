"""The platform: contracts over any distance, events, identity and telemetry. It knows contracts, never contexts."""
