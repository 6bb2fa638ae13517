"""A small archive of made pages: cut paragraphs, a story printed on two pages, an in-page copy, a page that cannot be read."""

from __future__ import annotations

from pathlib import Path

TOWNS = ("栗湾镇", "苇塘镇", "石桥乡", "青圩镇", "榆坡乡", "望溪镇", "柳桥镇", "枫岭乡")
NAMES = ("顾长河", "姚望川", "邵云桥", "骆青禾", "鲁一禾", "谈秋石", "夏远舟", "庞知秋")

# Said by every page in its own words; the third paragraph is cut in the middle of a word.
PAGE = """{town}部署秋收工作

本报讯(记者 {reporter})9月{day}日,{town}召开秋收工作会议,镇长{mayor}主持会议,全镇{count}个村的负责人参加会

议。

会议要求,各村要备足机具,抢抓晴好天气,确保颗粒归仓。今年{town}计划投资{sum}万元,维修机耕路{count}公里,新建{town}粮食烘干中心。

{town}粮食烘干中心开工

本报讯 9月{day}日,总投资{sum}万元的{town}粮食烘干中心开工建设。该中心占地{count}亩,由{town}农机合作社承建,预计明年6月建成。
"""
REPRINT = """县里开通秋季客运专线

本报讯(记者 谈秋石)9月12日,县客运站开通秋季客运专线,每天往返各4个班次,沿途停靠7个乡镇。
县客运站站长夏远舟介绍,专线共投入12辆客车,总投资860万元,预计每天可运送旅客1200人次,方便沿线村民进城务工和学生返校。
"""


def make_archive(folder: Path, count: int = 6) -> Path:
    """Write ``count`` pages and an empty file below ``folder``; return the folder of pages."""
    pages = folder / "pages" / "栗湾日报" / "2023-09-14"
    pages.mkdir(parents=True)
    for number in range(count):
        (pages / f"{number:02d}.txt").write_text(page(number), encoding="utf-8")
    (pages / "90.txt").write_bytes(b"")
    return folder / "pages"


def page(number: int) -> str:
    """Return the text of a page; pages whose number is a multiple of three carry the same story."""
    town = TOWNS[number % 8] if number < 8 else f"{TOWNS[number % 8][:-1]}{TOWNS[number // 8 % 8]}"
    text = PAGE.format(
        town=town,
        reporter=NAMES[(number + 4) % 8],
        mayor=NAMES[number % 8],
        day=1 + number % 28,
        count=12 + number,
        sum=320 + 15 * number,
    )
    if number % 3 == 0:
        text += "\n" + REPRINT
    if number % 5 == 4:
        text += "\n" + text.split("\n\n")[3] + "\n"
    return text
