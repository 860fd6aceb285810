"""The staff's door: there is nothing here to look after, but who may read the registry logs in through it, wherever it runs."""
