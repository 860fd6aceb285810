/** The catalog's contract of 2018, unchanged because clients still use it. */
namespace py legacy.catalog
namespace js legacy.catalog
namespace java legacy.catalog
namespace go legacy.catalog

struct Item {
  1: string itemId,
  2: i32 version,
  3: string name,
  4: optional string description
}

service CatalogService {
  list<Item> getAll() (callers = "gateway", idempotent = "true")
}
