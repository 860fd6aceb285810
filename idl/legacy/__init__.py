"""The contracts of 2018, word for word as their clients know them: methods without argument ids and all."""
