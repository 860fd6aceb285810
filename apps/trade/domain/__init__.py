"""The rules of the replay, pure: the kind of each line of a trade file, and the commands that follow from it."""
