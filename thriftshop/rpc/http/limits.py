"""How much one connection takes from its peer, and what it says of that when it opens."""

from thriftshop.rpc.http import frames

# One response may be as large as its window, which is never widened; all unfinished ones together as large as this.
LARGEST_RESPONSE = 8 * 1024 * 1024
LARGEST_HELD = 64 * 1024 * 1024
WINDOW = 16 * 1024 * 1024
LARGEST_HEAD = 16 * 1024
# So many frames that bring no answer nearer are read in a row before the peer is taken for a hostile one.
MOST_NOISE = 10_000
LAST_STREAM = 2**31 - 1
# Until the peer says how many streams it takes; fewer than this it should not say.
FIRST_ROOM = 100

OPENING = (
    frames.PREFACE
    + frames.settings(
        {
            frames.HEADER_TABLE_SIZE: 0,
            frames.ENABLE_PUSH: 0,
            frames.INITIAL_WINDOW_SIZE: LARGEST_RESPONSE,
            frames.MAX_HEADER_LIST_SIZE: LARGEST_HEAD,
        }
    )
    + frames.window_update(0, WINDOW - frames.DEFAULT_WINDOW)
)
