"""The catalog's pictures, at its own address: its admin shows them."""

from apps.catalog.service import media
from thriftshop.media import route

urlpatterns = [route(media.get_media)]
