"""Provinces, cities, counties and districts that jieba's dictionary names (MIT licence): a list for look-ups, not a register.

jieba tags most of them as places and some as names of people; what counts is the letter at the end. Its list is of about
2010 and not complete, so a name that is not here may well be a place, while one that is here, is one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import polars as pl

from transforms.words import dictionary

_ADMINISTRATIVE: Final = (
    r"^[\u4e00-\u9fff]{2,}(?:省|自治区|特别行政区|自治州|自治县|自治旗|市|县|盟|镇|乡)$"
    r"|^[\u4e00-\u9fff]{2,3}(?:区|旗|州)$"
)
# Common nouns with such an ending.
_COMMON: Final = (
    r"(?:城市|都市|集市|超市|股市|楼市|夜市|菜市|债市|互市|花市|早市|上市|开市|入市|地区|小区|社区|新区|城区|山区|林区|库区|校区|园区|景区|厂区|矿区|牧区|农区|灾区|疫区"
    r"|心区|东区|西区|南区|北区|郊区|条区|高原区|寒区|麦区|产区|军旗|红旗|国旗|彩旗|锦旗|白旗|蓝旗|黄旗|全县|各县|外县|邻县|强县|大县|小镇|城镇|古镇|市镇|乡镇|家乡|水乡|故乡|老乡|城乡|同乡|异乡|瑶族乡|回族乡)$"
)
# A name of a person that ends so: jieba tags 刘益州 as one.
_PERSON_TAGS: Final = ("nr", "nrt")


@cache
def administrative_names() -> frozenset[str]:
    """Return the names of provinces, cities, counties, districts and some towns, with their ending (青河县)."""
    word, tag = pl.col("word"), pl.col("tag")
    is_place = (tag == "ns") | (tag.is_in(_PERSON_TAGS) & word.str.contains("[县区]$"))
    places = dictionary().filter(is_place).filter(word.str.contains(_ADMINISTRATIVE) & ~word.str.contains(_COMMON))
    return frozenset(places["word"].to_list())


@cache
def short_names() -> frozenset[str]:
    """Return the names of provinces, cities and counties without their ending (青河), of two characters and more."""
    return frozenset(
        stem
        for word in administrative_names()
        if word[-1] in "省市县"
        and len(stem := re.sub(r"(?:特别行政区|[\u4e00-\u9fff]*族自治[区州县]|省|市|县)$", "", word)) > 1
    )
