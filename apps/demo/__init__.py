"""The demo shop: some 450 second-hand products with pictures, customers and months of trade."""
