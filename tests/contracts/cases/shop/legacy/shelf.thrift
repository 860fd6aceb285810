/** The shelf's contract of old, without what newer ones have. */
namespace py legacy.shelf
namespace js legacy.shelf
namespace java legacy.shelf
namespace go legacy.shelf

service Shelf {
  string getIt(string itemId)
}
