"""Programs that tests start: other people's Thrift clients."""
