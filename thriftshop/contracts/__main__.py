"""`python -m thriftshop.contracts`: writes the type stubs of the contracts to `stubs/idl/`."""

from thriftshop.contracts import stubs

if __name__ == "__main__":
    stubs.main()
