/** A file that nobody includes. */
namespace py spare
namespace js spare
namespace java spare
namespace go spare

/** A thing. */
struct Thing {
  /** Its id. */
  1: required string id
}
