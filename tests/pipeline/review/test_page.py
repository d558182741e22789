"""The page in a real browser: what a person does with keys and mouse, and what the table says afterwards."""

import shutil

import pytest
from playwright.sync_api import Page, expect

from efface.pipeline.decisions.table import read_rows
from efface.pipeline.review.gallery import read_entries
from efface.pipeline.review.looks import looks_uri, read_looks
from efface.pipeline.review.session import Session
from efface.pipeline.review.static_pages import write_static_pages
from efface.transforms.core.decisions import Action, Scope

UNNAMED = """[...document.querySelectorAll("a, button, input, select, img")].filter(
    (one) => !one.hasAttribute("alt") && !(one.labels?.length || one.textContent.trim() || one.ariaLabel)
).map((one) => one.outerHTML)"""
"""Elements that a screen reader could not name."""


@pytest.fixture
def page(chromium):
    """A new page; afterwards nothing may have gone wrong on it, and it may have asked no other host."""
    context = chromium.new_context(viewport={"width": 1300, "height": 900})
    page = context.new_page()
    wrong, hosts = [], set()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    expected = "status of 400"  # The source in quarantine is broken.
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    yield page
    context.close()
    assert not [text for text in wrong if expected not in text]
    assert len(hosts) == 1


def open_clip(page: Page, server) -> None:
    """From the gallery by its filters and the keyboard alone to the instance of three frames."""
    page.goto(server.url)
    page.get_by_label("Verdict").select_option("kept")
    expect(page.locator("#status")).to_have_text("2 of 6 match")
    page.get_by_label("Order").select_option("boxes")
    page.locator("#main").focus()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#frame-place")).to_have_text("1 of 3")
    expect(page.locator("#output-side svg .redacted").first).to_be_visible()


def in_pixels(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a pixel of the frame is on the screen."""
    area = page.locator("#output-side svg").bounding_box()
    return area["x"] + x * area["width"] / 320, area["y"] + y * area["height"] / 112


def clip_of(reviewed):
    return next(entry for entry in read_entries(reviewed.output) if entry.frames == 3)


def test_a_box_that_is_drawn_is_a_signed_row_of_the_table(page, server, reviewed, author):
    open_clip(page, server)
    page.keyboard.press("r")
    page.mouse.move(*in_pixels(page, 40, 30))
    page.mouse.down()
    page.mouse.move(*in_pixels(page, 200, 90), steps=4)
    page.mouse.up()
    page.keyboard.press("Enter")
    expect(page.locator("#decisions button")).to_have_count(1)
    expect(page.locator("#output-side svg .decided")).to_be_visible()
    [row] = read_rows(author.decisions, author.pseudonyms)  # Refuses a row that the key did not sign.
    assert (row.scope, row.action, row.target) == (Scope.INSTANCE, Action.REDACT, clip_of(reviewed).sop_instance_uid)
    assert all(abs(got - drawn) <= 1 for got, drawn in zip(row.box, (40, 30, 200, 90), strict=True))
    assert (row.frames, row.decided_by) == ((), author.ref)


def test_a_box_is_drawn_resized_and_taken_back_by_keys(page, server, author):
    open_clip(page, server)
    for key in ("r", "ArrowRight", "Shift+ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#decisions button")).to_have_count(1)
    page.keyboard.press("[")
    for key in ("e", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#status")).to_have_text("The decision is taken back")
    expect(page.locator("#decisions button")).to_have_count(1)
    page.keyboard.press("[")
    page.keyboard.press("x")
    expect(page.locator("#decisions button")).to_have_count(0)
    rows = read_rows(author.decisions, author.pseudonyms)
    assert [row.action for row in rows] == [Action.REDACT, Action.REDACT, Action.WITHDRAW, Action.WITHDRAW]
    # The first one is 64 x 11 in the middle, two pixels to the right, two pixels higher; the second one is moved back.
    assert [row.box for row in rows[:2]] == [(130, 50, 194, 64), (128, 50, 192, 64)]


def test_a_found_box_is_resized_and_kept_and_a_kept_text_redacted(page, server, reviewed, author):
    open_clip(page, server)
    regions = clip_of(reviewed).regions
    found = next(number for number, region in enumerate(regions) if region.reason == "unreadable_text")
    kept = next(number for number, region in enumerate(regions) if region.is_kept)
    page.locator("#regions button").nth(found).click()
    for key in ("e", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#decisions button")).to_have_count(1)
    page.locator("#regions button").nth(found).click()
    page.keyboard.press("K")
    expect(page.locator("#decisions button")).to_have_count(2)
    page.locator("#scope").select_option("series")
    page.locator("#regions button").nth(kept).click()
    page.keyboard.press("R")
    expect(page.locator("#decisions button")).to_have_count(3)
    resized, stays, redacted = read_rows(author.decisions, author.pseudonyms)
    box, frames = regions[found].box, regions[found].frames
    assert (resized.action, resized.box, resized.new_box, resized.frames) == (Action.RESIZE, box, box.shift(0, -2), frames)
    assert (stays.action, stays.box, stays.frames) == (Action.KEEP, box, frames)
    assert (redacted.scope, redacted.action, redacted.box) == (Scope.SERIES, Action.REDACT, regions[kept].box)


def test_what_matches_the_header_cannot_be_kept(page, server, reviewed):
    open_clip(page, server)
    name = next(number for number, region in enumerate(clip_of(reviewed).regions) if region.reason == "header_name")
    page.locator("#regions button").nth(name).click()
    for button in ("keep", "remove", "edit"):
        expect(page.locator(f"#{button}")).to_be_disabled()


def test_what_was_decided_on_the_page_is_done_by_the_next_run_on_another_machine(page, server, reviewed, author, tmp_path):
    """A miss is covered, a wrong box opened and a face released; all else stays as it is."""
    open_clip(page, server)
    regions = clip_of(reviewed).regions
    wrong = next(number for number, region in enumerate(regions) if region.reason == "unreadable_text")
    page.locator("#regions button").nth(wrong).click()
    page.keyboard.press("K")
    expect(page.locator("#decisions button")).to_have_count(1)
    page.keyboard.press("r")
    for name, value in zip(("Left", "Top", "Right", "Bottom"), (4, 96, 24, 108), strict=True):
        page.locator("#draft").get_by_label(name).fill(str(value))
    page.keyboard.press("Enter")
    expect(page.locator("#decisions button")).to_have_count(2)
    expect(page.locator("#decisions-state")).to_have_text("for the next run")
    page.goto(f"{server.url}#/0")
    expect(page.locator("#source-side img")).to_be_visible()
    page.get_by_role("button", name="Release from quarantine").click()
    expect(page.locator("#decisions button")).to_contain_text("release face")

    elsewhere = str(tmp_path / "elsewhere")
    shutil.copytree(reviewed.output, elsewhere)
    before = {entry.path: entry.output_sha256 for entry in read_entries(elsewhere)}
    counts = reviewed.run(elsewhere, "2", author.decisions)["counts"]
    assert (counts["published"], counts["unchanged"], counts["quarantined"]) == (2, 3, 1)
    entries = read_entries(elsewhere)
    assert sum(before.get(entry.path) == entry.output_sha256 for entry in entries if entry.is_published) == 3
    clip = next(entry for entry in entries if entry.frames == 3)
    assert (4, 96, 24, 108) in {region.box for region in clip.regions if not region.is_kept}
    assert regions[wrong].box not in {region.box for region in clip.regions if not region.is_kept}
    session = Session(elsewhere, entries, author=author)
    assert all(session.detail(number)["is_done"] for number, entry in enumerate(entries) if entry.is_published)
    assert reviewed.run(elsewhere, "3", author.decisions)["counts"]["unchanged"] == 5


def test_a_clip_is_scrubbed_and_the_source_stands_beside_it(page, server):
    open_clip(page, server)
    shown = page.locator("#output-side img")
    first = shown.get_attribute("src")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#frame-place")).to_have_text("2 of 3")
    assert shown.get_attribute("src") != first
    page.get_by_label("Frame", exact=False).first.fill("2")
    expect(page.locator("#frame-place")).to_have_text("3 of 3")
    expect(page.locator("#source-side img")).to_be_visible()
    page.keyboard.press("s")
    expect(page.locator("#source-side")).to_be_hidden()
    page.keyboard.press("b")
    expect(page.locator("#output-side svg g")).to_have_count(0)


def test_the_sample_is_answered_and_its_bound_shown(page, server, author):
    page.goto(server.url)
    expect(page.locator("#cards a")).to_have_count(3)  # What of the sample is to be looked at.
    page.locator("#cards a").first.click()
    for seen in (1, 2, 3):
        expect(page.locator("#sample-question")).to_be_visible()
        expect(page.locator("#sample-answer")).to_contain_text("Is anything left")
        page.keyboard.press("y")
        expect(page.locator("#sample")).to_contain_text(f"{seen} of 3 drawn images looked at, 0 with")
    expect(page.locator("#sample")).to_contain_text("All images were looked at")
    assert [look.is_missed for look in read_looks(looks_uri(author.decisions), author.pseudonyms)] == [False] * 3
    page.reload()
    expect(page.locator("#sample")).to_contain_text("3 of 3 drawn images looked at")


def test_everything_has_a_name_and_the_help_opens_by_a_key(page, server):
    page.goto(server.url)
    expect(page.locator("#cards a").first).to_be_visible()
    assert page.evaluate(UNNAMED) == []
    open_clip(page, server)
    assert page.evaluate(UNNAMED) == []
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == "efface review"


@pytest.mark.parametrize("width", [1300, 400])
def test_nothing_is_wider_than_the_window(page, server, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(server.url)
    expect(page.locator("#cards a").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    open_clip(page, server)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_files_are_the_same_page_without_a_server(page, reviewed, tmp_path):
    write_static_pages(reviewed.output, read_entries(reviewed.output), tmp_path / "pages")
    page.goto((tmp_path / "pages" / "index.html").as_uri())
    expect(page.locator("#cards a")).to_have_count(6)
    page.get_by_label("Verdict").select_option("kept")
    page.get_by_label("Order").select_option("boxes")
    page.locator("#cards a").first.click()
    expect(page.locator("#frame-place")).to_have_text("1 of 3")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#frame-place")).to_have_text("2 of 3")
    expect(page.locator("#output-side svg .redacted").first).to_be_visible()
    expect(page.locator("#output-side img")).to_have_js_property("naturalWidth", 320)
    expect(page.locator("#deciding")).to_be_hidden()
    expect(page.locator("#source-side")).to_be_hidden()
