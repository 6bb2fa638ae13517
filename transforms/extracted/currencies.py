"""The names of currencies in Chinese newspapers, and their ISO 4217 codes."""

from __future__ import annotations

from typing import Final

#: Written after the number. A bare 元, 圆 or 块 is the yuan, as in every paper printed on the mainland; a paper from
#: elsewhere says 港元 or 新台币 when it must be clear (Duckling calls 元 a dollar, JioNLP and WeTextProcessing yuan).
CURRENCY_NAMES: Final = {
    "元": "CNY", "圆": "CNY", "圓": "CNY", "块钱": "CNY", "块": "CNY", "塊錢": "CNY", "塊": "CNY",
    "人民币": "CNY", "人民幣": "CNY", "元人民币": "CNY", "元人民幣": "CNY",
    "美元": "USD", "美金": "USD", "港元": "HKD", "港币": "HKD", "港幣": "HKD", "元港币": "HKD", "元港幣": "HKD",
    "欧元": "EUR", "歐元": "EUR", "元欧元": "EUR", "日元": "JPY", "日圆": "JPY", "日币": "JPY", "元日币": "JPY",
    "英镑": "GBP", "英鎊": "GBP", "韩元": "KRW", "韩圆": "KRW", "韩币": "KRW", "卢布": "RUB", "泰铢": "THB",
    "澳元": "AUD", "澳大利亚元": "AUD", "澳币": "AUD", "加元": "CAD", "加拿大元": "CAD", "加币": "CAD",
    "新台币": "TWD", "新臺幣": "TWD", "台币": "TWD", "臺幣": "TWD", "元新台币": "TWD", "元台币": "TWD",
    "新加坡元": "SGD", "新币": "SGD", "坡币": "SGD", "新西兰元": "NZD", "纽元": "NZD", "瑞士法郎": "CHF", "瑞郎": "CHF",
    "澳门元": "MOP", "澳门币": "MOP", "澳門元": "MOP", "越南盾": "VND", "印尼盾": "IDR", "印度卢比": "INR", "卢比": "INR",
    "巴基斯坦卢比": "PKR", "斯里兰卡卢比": "LKR", "尼泊尔卢比": "NPR", "菲律宾比索": "PHP", "墨西哥比索": "MXN",
    "马来西亚令吉": "MYR", "马来西亚林吉特": "MYR", "林吉特": "MYR", "令吉": "MYR", "巴西雷亚尔": "BRL", "雷亚尔": "BRL",
    "南非兰特": "ZAR", "兰特": "ZAR", "土耳其里拉": "TRY", "意大利里拉": "ITL", "瑞典克朗": "SEK", "丹麦克朗": "DKK",
    "挪威克朗": "NOK", "迪拉姆": "AED", "沙特里亚尔": "SAR", "哈萨克斯坦坚戈": "KZT", "坚戈": "KZT", "缅甸元": "MMK",
    "阿根廷比索": "ARS", "智利比索": "CLP", "哥伦比亚比索": "COP", "埃及镑": "EGP", "波兰兹罗提": "PLN", "兹罗提": "PLN",
    "匈牙利福林": "HUF", "以色列谢克尔": "ILS", "新谢克尔": "ILS", "德国马克": "DEM",
}  # fmt: skip

#: ISO 4217 codes that are read beside a number; others stay unread, since three capitals are more often something else.
ISO_CODES: Final = (
    *("CNY", "USD", "HKD", "EUR", "JPY", "GBP", "KRW", "RUB", "THB", "AUD", "CAD", "TWD", "SGD", "NZD", "CHF", "MOP"),
    *("VND", "IDR", "INR", "PHP", "MYR", "BRL", "ZAR", "SEK", "DKK", "NOK", "AED", "SAR", "KZT", "MXN", "PKR", "TRY"),
)
#: Signs and short codes written before the number. ¥ is also the yen; a mainland paper means the yuan.
SIGNS: Final = {
    **{code: code for code in ISO_CODES},
    "RMB": "CNY", "￥": "CNY", "¥": "CNY", "$": "USD", "＄": "USD", "US$": "USD", "A$": "AUD", "C$": "CAD", "HK$": "HKD",
    "NT$": "TWD", "S$": "SGD", "€": "EUR", "£": "GBP", "￡": "GBP", "₩": "KRW", "₽": "RUB", "฿": "THB", "₹": "INR",
}  # fmt: skip
#: Written before the number as a word (港币两千元, 人民币3.14); rarer names stand behind it only (加兰特8日 is a person).
PREFIX_NAMES: Final = {
    name: CURRENCY_NAMES[name]
    for name in (
        "人民币",
        "人民幣",
        "港币",
        "港幣",
        "港元",
        "美元",
        "美金",
        "欧元",
        "日元",
        "英镑",
        "新台币",
        "台币",
        "澳门币",
    )
}


def alternatives(words: dict[str, str]) -> str:
    """Return the keys as a regex group, longest first, so that 美元 wins over 元."""
    escaped = (word.replace("$", r"\$") for word in sorted(words, key=lambda word: (-len(word), word)))
    return f"(?:{'|'.join(escaped)})"
