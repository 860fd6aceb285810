"""The schema, as graphene-django's documentation writes one: types of models, Relay's connections with filters, a mutation."""

import django_filters
import graphene
from django.db import transaction
from django.db.models import F, Sum
from graphene_django import DjangoObjectType
from graphene_django.filter import DjangoFilterConnectionField

from tests.load.peers.stock.models import Cart, Category, Line, Product, Stock


class CategoryNode(DjangoObjectType):
    """A category."""

    class Meta:
        model = Category
        fields = ["name"]
        interfaces = (graphene.relay.Node,)


class StockNode(DjangoObjectType):
    """The stock of a product."""

    class Meta:
        model = Stock
        fields = ["available"]
        interfaces = (graphene.relay.Node,)


class ProductFilter(django_filters.FilterSet):
    """Products by name or SKU."""

    class Meta:
        model = Product
        fields = {"name": ["exact", "icontains"], "sku": ["exact"]}


class ProductNode(DjangoObjectType):
    """A product."""

    class Meta:
        model = Product
        fields = "__all__"
        filterset_class = ProductFilter
        interfaces = (graphene.relay.Node,)


class CartNode(DjangoObjectType):
    """A cart."""

    class Meta:
        model = Cart
        fields = ["token"]
        interfaces = (graphene.relay.Node,)

    item_count = graphene.Int()

    def resolve_item_count(self, info):
        """The number of items in it."""
        return self.lines.aggregate(total=Sum("quantity"))["total"]


class OpenCart(graphene.Mutation):
    """Opens a cart."""

    class Arguments:
        token = graphene.String(required=True)

    cart = graphene.Field(CartNode)

    @classmethod
    def mutate(cls, root, info, token):
        """Create it."""
        return cls(cart=Cart.objects.create(token=token))


class AddToCart(graphene.Mutation):
    """Puts a product into a cart, if it is available."""

    class Arguments:
        token = graphene.String(required=True)
        sku = graphene.String(required=True)
        quantity = graphene.Int(required=True)

    cart = graphene.Field(CartNode)

    @classmethod
    def mutate(cls, root, info, token, sku, quantity):
        """Create or increase the line."""
        with transaction.atomic():
            cart = Cart.objects.get(token=token)
            product = Product.objects.select_related("stock").get(sku=sku)
            line, _ = Line.objects.get_or_create(cart=cart, product=product)
            if line.quantity + quantity > product.stock.available:
                raise ValueError(f"Only {product.stock.available} of {sku} are available.")
            line.quantity = F("quantity") + quantity
            line.save()
        return cls(cart=cart)


class Query(graphene.ObjectType):
    """What can be read."""

    product = graphene.Field(ProductNode, sku=graphene.String(required=True))
    products = DjangoFilterConnectionField(ProductNode)

    def resolve_product(self, info, sku):
        """The product with this SKU."""
        return Product.objects.filter(sku=sku).first()


class Mutation(graphene.ObjectType):
    """What can be changed."""

    open_cart = OpenCart.Field()
    add_to_cart = AddToCart.Field()


schema = graphene.Schema(query=Query, mutation=Mutation)
