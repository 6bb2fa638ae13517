"""What becomes of the text: pure functions from frames to frames, and a ledger of every change.

Nothing here reads a clock, a disk, a network or a random number; the one exception is the package's own data (models and
word lists), read once and never written. The rooms follow the path of a page: ``raw`` → ``cleaned`` → ``articles`` →
``deduplicated`` → ``extracted``; ``words`` serves all that need jieba's words.
"""
