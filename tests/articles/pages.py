"""Pages invented for the tests of this folder, and the frame made of them."""

from __future__ import annotations

import polars as pl

from transforms.frames import PARAGRAPHS, conform


def paragraphs(page: str, *, page_id: str = "p", role: str = "body") -> pl.DataFrame:
    """Return the lines of ``page`` as paragraphs; blank lines between them are counted."""
    rows, blank = [], 0
    for line_number, line in enumerate(page.strip("\n").split("\n"), 1):
        if not line.strip():
            blank += 1
            continue
        rows.append(
            {
                "page_id": page_id,
                "paragraph_no": len(rows) + 1,
                "role": role,
                "text": line.strip(),
                "line_numbers": [line_number],
                "is_truncated": False,
                "blank_lines_before": blank,
                "is_indented": line.startswith("\u3000"),
            }
        )
        blank = 0
    return conform(pl.DataFrame(rows, schema=dict(PARAGRAPHS), orient="row"), PARAGRAPHS)


NEWS = """
青河县今年新建十二座村级粮仓

本报讯(记者 甲小明 通讯员 乙天)3月9日,青河县村级粮仓建设推进会在柳湾镇召开,会议部署了今年十二座村级粮仓的建设任务。

据介绍,去年全县建成村级粮仓八座,群众卖粮不再排长队,粮仓周边还带动了三十多户人家就业。

会议要求,各镇要把粮仓建设与道路整修结合起来,确保六月底前全部投用,让群众早受益、多受益。

走进柳湾



小街灯点亮回家路

近日,柳湾镇在背街小巷安装了一百二十盏太阳能路灯,夜里回家的路亮堂起来,居民们纷纷点赞。图为工人正在调试小街灯。

通讯员 丙如意 摄
"""
