"""The one door through which page text, and names that strangers chose, leave for a terminal.

A page may hold terminal escape sequences (which could retitle a window or hide lines), right-to-left marks and line ends.
"""

from __future__ import annotations

import unicodedata
from typing import Final

# Control characters, and format characters that change the direction or the look of what follows.
_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def for_terminal(text: str, *, keep_line_ends: bool = False) -> str:
    r"""Return ``text`` with every character that a terminal might obey written out, as ``\x1b`` or ``\u202e``.

    >>> for_terminal("红\x1b[31m色")
    '红\\x1b[31m色'
    """
    return "".join(
        char
        if (keep_line_ends and char == "\n") or unicodedata.category(char) not in _HIDDEN_CATEGORIES
        else char.encode("unicode_escape", "backslashreplace").decode("ascii")
        for char in text
    )
