"""The shop as people see it: every page in a real browser, read by axe-core as well."""
