/** A file that nobody includes. */
namespace * spare

/** A thing. */
struct Thing {
  /** Its id. */
  1: required string id
}
