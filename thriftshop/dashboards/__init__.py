"""Dashboards, recording rules and alerts, made from contexts and contracts by `manage.py dashboards`."""
