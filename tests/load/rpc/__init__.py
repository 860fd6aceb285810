"""What a call costs its caller, by client: ours and other people's; `python -m tests.load.rpc`."""
