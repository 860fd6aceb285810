"""The demo shop: some 450 second-hand things of our own writing, their pictures, customers and months of trade."""
