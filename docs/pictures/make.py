"""Take the pictures of the documentation anew: `make run`, then `PYTHONPATH=. .venv/bin/python docs/pictures/make.py`."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path

from tests.browser import open_browser
from warehouse.ask import connect
from warehouse.site import write_site

HERE = Path(__file__).parent
PAGE = "samples/pages/临澜日报/2024-03-12/rb0312-01.txt"
POINTED_AT = "#l13"  # a line with a join on either side

with connect(Path("banmian.duckdb")) as connection:
    ((page_id,),) = connection.execute("select page_id from raw.pages where source = ?", [PAGE]).fetchall()
with tempfile.TemporaryDirectory() as folder:
    index = write_site(Path("banmian.duckdb"), Path(folder) / "report")
    for name, language in (("inspector", "en-US"), ("inspector-zh", "zh-CN")):
        with open_browser(language=language) as browser:
            browser.resize(1280, 760)
            browser.open(index.with_name("page.html"), page_id)
            browser.wait("document.querySelector('#threads path')")
            browser.point_at(browser.one(POINTED_AT))
            browser.wait("document.querySelector('#threads .is-hot')")
            taken = browser.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "webp", "quality": 70})
            HERE.joinpath(f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))
