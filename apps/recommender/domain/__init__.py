"""The recommender's model and ranking: pure functions over numpy arrays."""
