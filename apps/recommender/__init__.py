"""The recommender: what goes well with what, learnt from confirmed orders."""
