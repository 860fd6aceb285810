"""HTTP beyond one endpoint: headers, hosts, bodies, and the landing page."""
