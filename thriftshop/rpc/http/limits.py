"""The limits of a connection, and the frames that announce them when it opens."""

from thriftshop.rpc.http import frames

# A response may be as large as its window, which is never widened; all unfinished ones together may have MAX_BUFFERED.
MAX_RESPONSE = 8 * 1024 * 1024
MAX_BUFFERED = 64 * 1024 * 1024
WINDOW = 16 * 1024 * 1024
MAX_HEAD = 16 * 1024
# After this many frames in a row without a response the peer is considered hostile.
MAX_FRAMES_WITHOUT_RESPONSE = 10_000
LAST_STREAM = 2**31 - 1
# The assumed limit of concurrent streams until the peer announces one; RFC 9113 recommends no fewer.
FIRST_ROOM = 100

OPENING = (
    frames.PREFACE
    + frames.settings(
        {
            frames.HEADER_TABLE_SIZE: 0,
            frames.ENABLE_PUSH: 0,
            frames.INITIAL_WINDOW_SIZE: MAX_RESPONSE,
            frames.MAX_HEADER_LIST_SIZE: MAX_HEAD,
        }
    )
    + frames.window_update(0, WINDOW - frames.DEFAULT_WINDOW)
)
