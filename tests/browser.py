"""A real browser for the tests of the report: Debian's Chromium and its driver, headless."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--mute-audio",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> tuple[str, str]:
    """The programs (browser, driver); the test is skipped where one of them is missing."""
    pytest.importorskip("selenium", reason="no selenium: make .venv/ready installs it")
    browser = next((path for name in NAMES if (path := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        pytest.skip("no headless browser: apt-get install chromium chromium-driver fonts-noto-cjk")
    return browser, driver


class Browser:
    """A window that opens files, and keeps an account of what they did."""

    def __init__(self, driver):
        self.driver = driver

    def open(self, path: Path, fragment: str = "") -> None:
        """Open a file in a page of its own, so that nothing of the page before is left."""
        self.driver.get("about:blank")
        self.driver.get(path.as_uri() + (f"#{fragment}" if fragment else ""))

    def run(self, script: str, *arguments):
        """What ``script`` returns, run in the page as the browser's own tools do, past the page's security policy."""
        return self.driver.execute_script(script, *arguments)

    def wait(self, condition: str, seconds: float = 10) -> None:
        """Wait until the JavaScript expression ``condition`` is true."""
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, seconds, poll_frequency=0.02).until(
            lambda driver: driver.execute_script(f"return Boolean({condition})"), condition
        )

    def all(self, selector: str):
        return self.driver.find_elements("css selector", selector)

    def one(self, selector: str):
        return self.driver.find_element("css selector", selector)

    def texts(self, selector: str) -> list[str]:
        """The text of each element, as a reader of the source would see it."""
        return self.run("return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)", selector)

    def press(self, *keys: str) -> None:
        from selenium.webdriver.common.keys import Keys

        names = {
            "←": Keys.ARROW_LEFT,
            "→": Keys.ARROW_RIGHT,
            "↑": Keys.ARROW_UP,
            "↓": Keys.ARROW_DOWN,
            "⏎": Keys.ENTER,
            "⎋": Keys.ESCAPE,
        }
        for key in keys:
            self.driver.switch_to.active_element.send_keys(names.get(key, key))

    def point_at(self, element) -> None:
        from selenium.webdriver import ActionChains

        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        self.settle()
        ActionChains(self.driver, duration=20).move_to_element(element).perform()

    def settle(self) -> None:
        """Wait until what was asked for is drawn, so that nothing moves away from under the pointer."""
        self.driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30)))"
        )

    def resize(self, width: int, height: int, *, is_phone: bool = False) -> None:
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone},
        )

    def complaints(self) -> list[str]:
        """What the console said since it was last asked: errors, and refusals of the security policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """The addresses that were asked for since they were last asked after."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]


@contextmanager
def open_browser(*, language: str) -> Iterator[Browser]:
    program, driver_program = find_browser()
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    with tempfile.TemporaryDirectory(prefix="banmian-browser-") as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = program
        for flag in (*FLAGS, f"--user-data-dir={profile}", f"--accept-lang={language}", f"--lang={language}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        driver = webdriver.Chrome(options=options, service=Service(driver_program))
        try:
            browser = Browser(driver)
            browser.resize(1400, 900)
            yield browser
        finally:
            driver.quit()
