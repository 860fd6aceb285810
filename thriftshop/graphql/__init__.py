"""GraphQL for any schema: types derived from contracts, limits, cached documents, HTTP. Knows no context."""
