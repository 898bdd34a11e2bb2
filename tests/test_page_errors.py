"""The page when something goes wrong: a clear sentence in Arabic, and a way on."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import analyse, opened, paste, served


@pytest.fixture(scope="module")
def guarded(browser: Browser) -> Iterator[str]:  # noqa: ARG001  without a browser nobody asks
    """Where the service runs with a key and a small limit of length."""
    with served(api_keys="secret", max_chars="20") as one:
        yield one


def refuse(page: Page, status: int, times: int = 1, **headers: str) -> None:
    """From now on the service refuses so many times, then answers."""
    left = [status] * times

    def answer(route: Route) -> None:
        if not left:
            route.continue_()
            return
        problem = {"type": "urn:isnad:problem:x", "title": "Title", "status": left[-1], "detail": "The detail."}
        route.fulfill(
            status=left.pop(), headers=headers, content_type="application/problem+json", body=json.dumps(problem)
        )

    page.route("**/analyze", answer)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (400, "لم تفهم الخدمة الطلب."),
        (408, "تأخّر وصول النص إلى الخدمة: تحقّق من الاتصال وأعد المحاولة."),
        (413, "النص أطول مما تقبله هذه الخدمة، وهي لا تقتطع منه شيئًا: قسّمه نصوصًا."),
        (422, "في النص أو عنوانه ما لا تقبله الخدمة."),
        (500, "وقع خطأ في الخدمة، وليس العيب في نصك: أعد المحاولة."),
    ],
)
def test_a_refusal_is_told_and_can_be_tried_again(browser: Browser, address: str, status: int, sentence: str) -> None:
    with opened(browser, address, errors=True) as page:
        refuse(page, status)
        paste(page, "قسد")
        page.click("#analyse")
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text(f"تعذّر تحليل «نص 1» {sentence}")
        alert.locator("summary").click()
        expect(alert.locator('[lang="en"]')).to_have_text("The detail.")
        assert page.locator("#results").is_hidden()
        page.get_by_role("button", name="أعد المحاولة").click()
        expect(page.locator("#status")).to_have_text("حُلّل النص.")
        expect(alert).to_be_empty()


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_is_asked_again(browser: Browser, address: str, status: int) -> None:
    with opened(browser, address, errors=True) as page:
        refuse(page, status, 2, **{"Retry-After": "0"})
        analyse(page, "قسد")
        expect(page.locator("#status")).to_have_text("حُلّل النص.")
        refuse(page, status, 3, **{"Retry-After": "0"})
        page.locator("#texts summary").first.click()
        page.click("#analyse")
        expect(page.get_by_role("alert")).to_contain_text("الخدمة مشغولة الآن: أعد المحاولة بعد قليل.")


def test_the_network_is_down(browser: Browser, address: str) -> None:
    with opened(browser, address, errors=True) as page:
        page.context.set_offline(True)
        paste(page, "قسد", "داعش")
        page.click("#analyse")
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("لا اتصال بالخدمة: تحقّق من الشبكة ومن أن الخدمة تعمل.")
        expect(alert.locator(".error")).to_have_count(1)
        expect(page.locator("#boxes textarea").first).to_have_value("قسد")


def test_one_text_of_several_fails(browser: Browser, address: str) -> None:
    with opened(browser, address, errors=True) as page:
        analyse(page, "قسد", "BOOM", "داعش")
        expect(page.locator("#status")).to_have_text("حُلّل النصان.")
        expect(page.get_by_role("alert")).to_contain_text("تعذّر تحليل «نص 2»")
        assert page.locator(".document .id").all_inner_texts() == ["نص 1", "نص 3"]
        expect(page.locator("#texts")).to_have_attribute("open", "")


def test_a_key_is_asked_for_where_one_is_needed(browser: Browser, guarded: str) -> None:
    with opened(browser, guarded, errors=True) as page:
        paste(page, "قسد")
        assert page.locator("#key").is_hidden()
        page.click("#analyse")
        expect(page.get_by_role("alert")).to_contain_text("تحتاج الخدمة إلى مفتاح صحيح")
        expect(page.locator("#key")).to_be_focused()
        for wrong in ("wrong", "مفتاح"):
            page.locator("#key").fill(wrong)
            page.keyboard.press("Enter")
            expect(page.locator("#status")).to_have_text("")
            expect(page.get_by_role("alert")).to_contain_text("تحتاج الخدمة إلى مفتاح صحيح")
        page.locator("#key").fill("secret")
        page.keyboard.press("Enter")
        expect(page.locator("#status")).to_have_text("حُلّل النص.")
        assert page.evaluate("JSON.stringify(localStorage)").count("secret") == 0
        page.locator("#texts summary").first.click()
        page.locator("#boxes textarea").fill("قسد " * 10)
        page.click("#analyse")
        expect(page.get_by_role("alert")).to_contain_text("النص أطول مما تقبله هذه الخدمة")
        page.locator("#errors summary").click()
        expect(page.locator('#errors [lang="en"]')).to_contain_text("The text has 40 code points; at most 20")


def test_a_run_is_stopped(browser: Browser, address: str) -> None:
    with opened(browser, address, errors=True) as page:
        page.route("**/analyze", lambda _route: None)
        paste(page, "قسد")
        page.click("#analyse")
        expect(page.locator("#status")).to_have_text("يُحلَّل النص 1 من 1…")
        expect(page.locator("#analyse")).to_be_disabled()
        page.click("#stop")
        expect(page.locator("#status")).to_have_text("أُوقف التحليل.")
        expect(page.locator("#analyse")).to_be_enabled()
