"""The one door through which page text, and names that strangers chose, leave for a terminal or a script file.

A page may hold terminal escape sequences (which could retitle a window or hide lines), right-to-left marks and line ends,
and what ends a script element or a string of one.
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


# Inside JSON these stand in strings alone, where the escape means the same character.
_SCRIPT_ESCAPES: Final = str.maketrans(
    {char: f"\\u{ord(char):04x}" for char in ("<", ">", "&", "'", "\u007f", "\u2028", "\u2029", "\ufeff")}
)


def for_script(json_text: str) -> str:
    r"""Return ``json_text``, which must be valid JSON, so written that it can stand in any script, inline or in a file.

    Nothing in it can end a script element, open a comment of HTML or break a line of a string.

    >>> for_script('"</script><!--"')
    '"\\u003c/script\\u003e\\u003c!--"'
    """
    return json_text.translate(_SCRIPT_ESCAPES)
