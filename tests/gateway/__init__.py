"""The gateway: what customers and staff can do by GraphQL alone."""
