"""Holds reports against what a browser does with them: python3 report.py FOLDER SCREENSHOTS NAME…"""

import pathlib
import sys

from playwright.sync_api import sync_playwright

folder, screenshots, *names = sys.argv[1:]


def column(page, table, index):
    return page.locator(f"#{table} tbody tr:visible td:nth-child({index + 1})").evaluate_all(
        "cells => cells.map(cell => 'value' in cell.dataset ? Number(cell.dataset.value) : cell.textContent)"
    )


def check(browser, name, scheme):
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1200, "height": 1000})
    problems, requests = [], []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    url = pathlib.Path(folder, f"{name}.html").resolve().as_uri()
    page.goto(url)

    table = page.locator("table.sortable").first.get_attribute("id")
    headings = page.locator(f"#{table} th button")
    assert headings.count() >= 7, "the table has too few columns"
    names = [text.strip() for text in headings.all_inner_texts()]
    calls = names.index("Calls" if "Calls" in names else "Occupancy")
    before = column(page, table, calls)
    assert len(set(before)) > 1, "all rows have the same: sorting cannot be seen"
    headings.nth(calls).click()
    assert column(page, table, calls) == sorted(before), "a click does not sort upwards"
    headings.nth(calls).click()
    assert column(page, table, calls) == sorted(before, reverse=True), "a second click does not sort downwards"
    assert page.locator(f"#{table} th").nth(calls).get_attribute("aria-sort") == "descending"

    # Agents of a table of sessions, groups of one of points.
    named = 1 if names[0] == "Point" else 0
    agents = column(page, table, named)
    wanted = agents[0]
    search = page.locator(f"input[data-filter={table}]")
    search.fill(wanted)
    kept = column(page, table, named)
    assert kept and len(kept) < len(agents) and all(wanted in agent for agent in kept), f"the filter keeps {kept}"
    search.fill("")
    assert len(column(page, table, named)) == len(agents), "an empty filter hides rows"
    heats = page.locator("svg.chart rect[class^=h]")
    assert heats.count() > 50 or names[0] != "Point", f"{heats.count()} cells of heat maps"

    charts = page.locator("svg.chart")
    assert charts.count() >= 5, f"{charts.count()} figures"
    for index in range(charts.count()):
        chart = charts.nth(index)
        assert chart.get_attribute("role") == "img"
        for part in chart.get_attribute("aria-labelledby").split():
            assert page.locator(f"#{part}").text_content().strip(), f"{part} says nothing"
        assert chart.bounding_box()["height"] > 40, "a figure has no height"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"the page is {wide} pixels too wide"
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.screenshot(path=f"{screenshots}/{name}-{scheme}.png", full_page=True)
    if scheme == "light":
        page.pdf(path=f"{screenshots}/{name}.pdf", print_background=True)
    assert not problems, f"the console has {problems}"
    assert requests == [url], f"it requests {requests}"
    page.close()
    return colour


with sync_playwright() as playwright:
    # The sandbox of Chromium does not start as root, as which CI runs.
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    for name in names:
        light, dark = check(browser, name, "light"), check(browser, name, "dark")
        assert light != dark, "light and dark look alike"
        print(f"{name}.html: no error, no request, sorts and filters, light and dark")
    browser.close()
