/** The inventory's contract of 2018, kept as it was: arguments without ids travel as -1, -2. */
namespace * legacy.inventory

struct ItemStatus {
  1: string itemId,
  2: i32 qty
}

/** id 1: not found; id 2: unavailable. */
exception ItemStatusException {
  1: string message,
  2: i32 id
}

service InventoryService {
  ItemStatus get(string itemId) throws (1: ItemStatusException error) (callers = "gateway", idempotent = "true")
  ItemStatus reduce(string itemId, i32 qty) throws (1: ItemStatusException error) (callers = "gateway")
}
