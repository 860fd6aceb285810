/** The shelf's contract of old, without what newer ones have. */
namespace * legacy.shelf

service Shelf {
  string getIt(string itemId)
}
