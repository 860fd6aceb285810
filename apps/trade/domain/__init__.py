"""The rules of the replay, pure: what each line of a trade file is, and what the shop does about it."""
