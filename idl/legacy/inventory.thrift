/** The inventory's contract of 2018, unchanged: arguments without ids are encoded as -1, -2. */
namespace py legacy.inventory
namespace js legacy.inventory
namespace java legacy.inventory
namespace go legacy.inventory

struct ItemStatus {
  1: string itemId,
  2: i32 qty
}

/** id 1, "Not found": the item does not exist. id 2, "Inventory Unavailable": less than the quantity is available, or the quantity is not positive. */
exception ItemStatusException {
  1: string message,
  2: i32 id
}

service InventoryService {
  ItemStatus get(string itemId) throws (1: ItemStatusException error) (callers = "gateway", idempotent = "true")
  ItemStatus reduce(string itemId, i32 qty) throws (1: ItemStatusException error) (callers = "gateway")
}
