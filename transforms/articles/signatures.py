"""One signature read: 记者 甲某 通讯员 乙某 丙某 摄 gives three names, with post and outlet."""

from __future__ import annotations

from typing import Final, NamedTuple

import regex

from transforms.articles.patterns import PHOTO_WORDS, POST


class Signed(NamedTuple):
    """A name in a signature."""

    role: str
    name: str
    outlet: str | None


# Outlets that may follow a name without a blank: 新华社记者甲某本报记者乙某.
_HOUSE: Final = "本[报刊台网社]|新华[社网]|中新[社网]|中国新闻社"
_POST: Final = regex.compile(POST)
_SEPARATOR: Final = r"[\s、,，:：;；/／()（）【】\[\]]"
_END: Final = rf"(?=$|{_SEPARATOR}|{PHOTO_WORDS}|报道|综合|从|{_HOUSE})"
_ONE_NAME: Final = regex.compile(
    rf"{_SEPARATOR}*(?!{_HOUSE}|从|报道|综合|摄|(?:{POST}))"
    rf"(?P<name>\p{{Han}}{{2,4}}?|\p{{Han}}[（(]\p{{Han}}{{2}}[)）]|\p{{Han}}\s{{1,2}}\p{{Han}}|\p{{Han}}{{1,6}}(?:·\p{{Han}}{{1,8}}){{1,2}}){_END}"
)
_RUN: Final = regex.compile(rf"{_SEPARATOR}*(?P<run>\p{{Han}}{{5,6}}){_END}")
_TRIM: Final = regex.compile(r"^[^\p{L}]*|[\s、,，:：;；/／()（）【】\[\]□■—-]*$")
_LEAD: Final = regex.compile(r"[^\p{L}]*(?:(?:作者|撰文|撰稿|供稿|摄影|文字|图片?|文|供图)\s*[/／图文]*\s*[:：/／])?")
_BLANK: Final = regex.compile(r"\s+")

# The hundred or so commonest surnames, of more than four in five people; used to part two names printed without a blank and to
# accept a name alone in brackets at the end of a text, never to refuse one after a post: pen names occur.
SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范"
    "汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤温"
)


def _divide(run: str) -> tuple[str, str] | None:
    """Return two names printed as one run of five or six characters, None if no place to part them is plain."""
    cuts = [
        cut
        for cut in (3, 2)
        if 2 <= len(run) - cut <= 3 and run[cut] in SURNAMES and (len(run) == 6 or run[0] in SURNAMES)
    ]
    return (run[: cuts[0]], run[cuts[0] :]) if cuts else None


def _names(text: str, start: int) -> tuple[list[str], int]:
    """Return the names that stand in ``text`` from ``start`` on, and where they end."""
    names: list[str] = []
    while True:
        found = _ONE_NAME.match(text, start)
        if found:
            names.append(_BLANK.sub("", found["name"]))
            start = found.end()
            continue
        run = _RUN.match(text, start)
        divided = _divide(run["run"]) if run else None
        if not run or not divided:
            return names, start
        names.extend(divided)
        start = run.end()


def read_signature(text: str, *, needs_post: bool = True) -> list[Signed]:
    """Return the names in ``text``, a byline without the text around it, in order.

    ``outlet`` is what is printed before the post (山东某报·某新闻记者 gives 山东某报·某新闻), None where nothing is. With
    ``needs_post`` false a text without any post (甲某 乙某 摄) is read as names, their role 作者.

    >>> [signed.name for signed in read_signature("记者 甲小明 通讯员 乙 天 丙如意 摄")]
    ['甲小明', '乙天', '丙如意']
    """
    signed: list[Signed] = []
    post, end = _POST.search(text), 0
    if not post and not needs_post:
        head = _LEAD.match(text)
        names, _ = _names(text, head.end() if head else 0)
        return [Signed("作者", name, None) for name in names]
    while post:
        outlet = _TRIM.sub("", text[end : post.start()])
        names, end = _names(text, post.end())
        signed += [Signed(post.group(), name, outlet or None) for name in names]
        post = _POST.search(text, max(end, post.end()))
    return signed
