"""The gateway: everything that customers and staff can do by GraphQL."""
