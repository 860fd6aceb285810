"""The desk: the admin as the staff of this shop use it."""
