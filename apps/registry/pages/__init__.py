"""Pages and files of the registry."""
