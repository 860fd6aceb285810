"""GraphQL's machinery, for any schema: types derived from contracts, limits, cached documents, HTTP; it knows no context."""
