"""GraphQL's machinery: types from contracts, limits, HTTP."""
