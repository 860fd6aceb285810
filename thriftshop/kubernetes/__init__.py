"""Kubernetes manifests, made from the contexts' configurations and their contracts (`manage.py manifests`)."""
