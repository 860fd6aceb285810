"""The cost of a call for its caller, with our client and with other libraries; `python -m tests.load.rpc`."""
