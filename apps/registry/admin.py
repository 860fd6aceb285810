"""No models: the admin site is here so that staff can log in to read the registry, wherever it runs."""
