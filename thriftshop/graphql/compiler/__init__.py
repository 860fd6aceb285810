"""GraphQL operations compiled to Python functions; results equal those of graphql-core's `execute`.

`execute` takes the arguments of graphql-core's function and falls back to it for what cannot be compiled.
`plans.Plan` is an operation that is compiled once and executed many times.
"""
