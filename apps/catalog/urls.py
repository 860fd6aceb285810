"""The addresses of pictures, for the catalog's admin."""

from apps.catalog.service import media
from thriftshop.media import route

urlpatterns = [route(media.get_media)]
