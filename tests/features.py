"""Trained weights mean something only beside what they were trained to see: each model's features are pinned by a checksum.

A checksum says that they changed, not what is right. Where that was meant, train the model again, or show by its benchmark that
accuracy is as before; then write down the new one.
"""

from __future__ import annotations

import hashlib

import numpy as np

# Lines of one width, lines of all lengths, headings, lists, tables, brackets that stay open, signatures, foreign letters, full
# width and half: whatever a feature asks about is there and is not.
PAGES = (
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


def checksum(*values: object) -> str:
    """Return a checksum of arrays and names; floats count to three decimals, in which all machines agree."""
    digest = hashlib.blake2b(digest_size=8)
    for value in values:
        if isinstance(value, np.ndarray) and np.issubdtype(value.dtype, np.floating):
            digest.update((np.nan_to_num(np.round(value.astype(np.float64), 3), nan=-1e9) + 0.0).tobytes())
        else:
            digest.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return digest.hexdigest()
