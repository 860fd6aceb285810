"""Feature flags in the memory of a process: which variant a visitor gets, decided from the flag and their id alone."""
