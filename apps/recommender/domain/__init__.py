"""What the recommender knows and how it ranks: pure functions over numpy arrays."""
