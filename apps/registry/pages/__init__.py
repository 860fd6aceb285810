"""The registry's pages and files, a module per noun."""
