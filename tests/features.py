"""Trained weights mean something only beside what they were trained to see: each model's features are pinned by a checksum.

A checksum says that they changed, not what is right. Where that was meant, train the model again, or show by its benchmark that
accuracy is as before; then write down the new one.
"""

from __future__ import annotations

import hashlib
import random

import numpy as np

# Lines of one width, lines of all lengths, headings, lists, tables, brackets that stay open, signatures, foreign letters, full
# width and half: whatever a feature asks about is there and is not.
_WRITTEN = (
    """
石柳河上游三座老桥
汛期前全部完成加固

本报讯(记者 蒋一川 通讯员 欧阳晴)5月6日,记者从石柳县交
通运输局获悉,石柳河上游的三座老桥已经完成加固,比计划提
前了二十天。县委副书记、县长段长河到场察看，他要求

养护单位"一桥一档",每周巡查不少于2次。

据了解,三座桥建于上世纪七十年代(其中下游的望江桥

建于1974年),桥面宽不足5米。去年汛后,县财政拿出860万元,
请澜江路桥有限公司对桥墩、桥面和护栏逐一加固。

望江桥：长126米，限重20吨
柳荫桥：长88米，限重15吨
■ 双溪桥：长64.5米，限重10吨

"过去拖拉机一上桥就晃,心里发慌。"家住双溪村的村民申有田说,

"现在大货车也稳稳当当。"

责任编辑：何小满 电话：0999-1234567 E-mail：qiao@example.org
""",
    """
小镇图书室夜里也亮灯
——梨树坪镇公共文化服务见闻
□ 本报记者 温如玉
晚上八点,梨树坪镇图书室
里还坐着三十多个人。镇文
化站站长司徒明说,从去年
10月起,图书室每周二至周
六延时到22点,ＷｉＦｉ和热水免
费。“孩子写作业,大人看
报纸,各得其所。”她笑着
说。
一、书从哪里来
一是省图书馆流动送书;二是
乡友捐赠;三是镇里每年安
排5万元新购。
二、人从哪里来
镇上招募了12名志愿者,
大多是返乡的大学生。
(下转第三版)
图为读者在挑选图书。 通讯员 白桦 摄
""",
)

# What the pages below are put together from: a feature that asks for six in a row, more than forty characters or the same words
# a second time finds them, and one less.
_SENTENCES = (
    "入冬以来,松坪镇的修渠队沿着山脚往里走,一天修二十米,赶在封冻前把水引到最远的三个村民小组。",
    "“渠通了,果园就不愁了。”种了半辈子梨的车有余说。",
    "据介绍,全镇今年计划投资１７.7 亿元,新修水渠126公里，改造老渠58公里；",
    "镇里请来水利站的技术员现场讲课,怎样看坡度、怎样拌灰浆、怎样养护,讲得明明白白;",
    "会议要求,各村要把账目贴在墙上(包括工钱、料钱和饭钱),让大家看得懂",
    "Green River Water 公司的工程师也来了,带着 GPS 和图纸",
    "有人问起明年的打算，他笑着摆手",
    "为的是不误春耕,",
    "水来了！",
)
_LINES = (
    "松坪镇冬修水利不停工", "渠水进村", "——松坪镇见闻", "本报讯(通讯员 柏长青)12月3日,记者从松坪镇获悉,", "□ 本报记者 温如玉", "记者 白桦 摄",
    "通讯员 车小满", "一、先修远处", "（二）再修近处", "■ 工钱:每天80元", "● 料钱:每米60元", "图为村民在拌灰浆。", "责任编辑:何小满", "责编 柏长青",
    "渠边人家:", "老渠新水", "山下的梨", "等一场雪", "Spring sowing", "the river", "(下转第二版)", "冬修水利 不误春耕", "水渠,果园", "a", "17", ".7",
)  # fmt: skip


def _made(seed: int) -> str:
    """Return a page of cut, wrapped, repeated and stray lines; from ``random()`` alone, which gives the same in every Python."""
    chance = random.Random(seed)

    def below(count: int) -> int:
        return int(chance.random() * count)

    kind, width = seed % 3, 14 + below(14)
    lines: list[str] = []
    said = [""]
    for _ in range(7 + below(6)):
        text = "".join(_SENTENCES[below(len(_SENTENCES))] for _ in range(1 + below(4)))
        text = text[below(3) * 9 :]
        if kind == 0:
            lines += [text[at : at + width] for at in range(0, len(text), width)]
        else:
            cut = 1 + below(len(text))
            strays = [_LINES[below(len(_LINES))] for _ in range(below(9) // 2 if kind == 1 else below(3) // 2)]
            lines += [text[:cut], *strays, text[cut:]]
        again = said[below(len(said))]
        lines += [
            _LINES[below(len(_LINES))],
            *[again[below(12) :][: 4 + below(40)]] * (below(3) == 0),
            *[""] * (below(9) // 3 if seed % 2 else below(2)),
            *["　　" + _SENTENCES[below(len(_SENTENCES))]] * (below(4) == 0),
        ]
        said.append(text)
    return "\n".join(lines)


def _ramp() -> str:
    """Return a page with a line of each length at which a feature may turn over, and of the one below and above."""
    whole = "".join(_SENTENCES[:4])
    turns = (1, 6, 10, 17, 24, 34, 40, 60, 80, 120)
    return "\n".join(whole[at : at + turn + more] for at, turn in enumerate(turns) for more in (-1, 0, 1))


PAGES = (*_WRITTEN, *(_made(seed) for seed in range(12)), _ramp(), "", "渠水进村", "Spring sowing along the river\n水")


def checksum(*values: object) -> str:
    """Return a checksum of arrays and names; floats count to one decimal, in which all machines agree."""
    digest = hashlib.blake2b(digest_size=8)
    for value in values:
        if isinstance(value, np.ndarray) and np.issubdtype(value.dtype, np.floating):
            digest.update((np.nan_to_num(np.round(value.astype(np.float64), 1), nan=-1e9) + 0.0).tobytes())
        else:
            digest.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return digest.hexdigest()
