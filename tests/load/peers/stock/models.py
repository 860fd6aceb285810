"""Products with category, price, stock and what is bought together with them; carts with their lines."""

from django.db import models


class Category(models.Model):
    """A category."""

    name = models.CharField(max_length=200)

    def __str__(self):
        return self.name


class Product(models.Model):
    """A product and its price in minor units."""

    sku = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200, db_index=True)
    slug = models.SlugField(max_length=200, unique=True)
    description = models.TextField()
    price = models.IntegerField()
    currency = models.CharField(max_length=3)
    category = models.ForeignKey(Category, related_name="products", on_delete=models.CASCADE)
    bought_together = models.ManyToManyField("self", symmetrical=False)

    def __str__(self):
        return self.name


class Stock(models.Model):
    """How many of a product are available."""

    product = models.OneToOneField(Product, related_name="stock", on_delete=models.CASCADE)
    available = models.IntegerField()

    def __str__(self):
        return f"{self.product_id}: {self.available}"


class Cart(models.Model):
    """A cart."""

    token = models.CharField(max_length=64, unique=True)

    def __str__(self):
        return self.token


class Line(models.Model):
    """A product in a cart."""

    cart = models.ForeignKey(Cart, related_name="lines", on_delete=models.CASCADE)
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
    quantity = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cart", "product"], name="one_line_per_product")]

    def __str__(self):
        return f"{self.quantity} of {self.product_id}"
