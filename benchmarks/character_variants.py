"""Write transforms/variants.txt anew: traditional characters with the simplified one that search takes for each.

Needs OpenCC (`pip install opencc`), whose single characters (Apache-2.0) it reads off; nothing else in the project does.
"""

from __future__ import annotations

from pathlib import Path

from opencc import OpenCC  # type: ignore[import-not-found]

OUT = Path(__file__).resolve().parents[1] / "transforms" / "variants.txt"
# 乾 is written in simplified text too (乾隆, 乾坤): taken for 干, the words with it would not be found as words.
LEFT_ALONE = "乾"
HEAD = """\
# Characters that search takes for one: the simplified character, then its traditional and variant forms.
# Made by benchmarks/character_variants.py from the single characters of OpenCC 1.4.2 (Apache-2.0), those of Unicode's
# first plane. Only keys of the index are folded so, never a text.
"""


def main() -> None:
    """Write the file."""
    convert = OpenCC("t2s").convert
    forms: dict[str, str] = {}
    for code in (*range(0x3400, 0xA000), *range(0xF900, 0xFB00)):
        char = simplified = chr(code)
        while convert(simplified) != simplified:
            simplified = convert(simplified)
        if simplified != char and len(simplified) == 1 and ord(simplified) < 0x10000 and char not in LEFT_ALONE:
            forms[simplified] = forms.get(simplified, simplified) + char
    OUT.write_text(HEAD + "".join(f"{line}\n" for line in sorted(forms.values())), encoding="utf-8")
    print(f"{sum(map(len, forms.values())) - len(forms)} variants of {len(forms)} characters")


if __name__ == "__main__":
    main()
