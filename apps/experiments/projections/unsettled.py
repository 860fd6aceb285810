"""What has changed is noted with the change, so that results are made again from it."""

from collections.abc import Iterable, Mapping

from apps.experiments.models import Unsettled
from thriftshop.database import bulk


def mark(kind: Unsettled.Kind, keys: Iterable[str] | Mapping[str, int]) -> None:
    """Note what has changed; a mapping says from which moment on it matters."""
    moments = keys if isinstance(keys, Mapping) else dict.fromkeys(keys, 0)
    rows = [(kind.value, key, since) for key, since in sorted(moments.items())]
    bulk.insert(Unsettled.objects.all(), ("kind", "key", "since"), rows)
