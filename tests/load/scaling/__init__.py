"""A day of traffic with a flash sale, simulated with the autoscalers of the manifests: replicas, waiting times and cost."""
