"""What every page must be, whatever is on it."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
CONTRAST = {"runOnly": ["color-contrast"]}
NODES = "node => `${node.target}: ${node.failureSummary}`"
WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"
SEEN = "() => document.activeElement.textContent.trim()"


def faults_of(page: Page) -> list[str]:
    """Everything that is wrong with this page, as one line each that begins with where."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")  # a colour on its way to another has no contrast
    page.set_viewport_size(DESKTOP)
    faults = [*_titles(page), *_skip_link(page), *_errors(page)]
    page.evaluate(AXE_SCRIPT)
    faults += _axe(page, "wide, light", {})
    page.emulate_media(color_scheme="dark")
    faults += _axe(page, "wide, dark", CONTRAST)
    page.set_viewport_size(PHONE)
    faults += _axe(page, "narrow, dark", {})
    page.emulate_media(color_scheme="light")
    faults += _axe(page, "narrow, light", CONTRAST)
    if (excess := page.evaluate(WIDE)) > 0:
        faults.append(f"{excess} px wider than a phone")
    return [f"{page.url.split('/', 3)[3]}: {fault}" for fault in faults]


def _axe(page: Page, where: str, options: dict) -> list[str]:
    violations = page.evaluate("options => axe.run(options).then(found => found.violations)", options)
    return [
        f"{where}: {violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


def _titles(page: Page) -> list[str]:
    headings = page.get_by_role("heading", level=1).all_text_contents()
    if len(headings) != 1:
        return [f"{len(headings)} headings of level 1"]
    heading = " ".join(headings[0].split())
    problem = "Error: " if page.get_by_role("alert").filter(has_text="There is a problem").count() else ""
    title = " ".join(page.title().split())
    return [] if title.startswith(problem + heading) else [f"titled {title!r}, but headed {problem + heading!r}"]


def _skip_link(page: Page) -> list[str]:
    """It is the first that Tab reaches, unless the page itself put the focus somewhere."""
    if page.locator("[autofocus]").count():
        return []
    page.keyboard.press("Tab")
    seen = page.evaluate(SEEN)
    page.evaluate("() => document.activeElement.blur()")
    return [] if seen == "Skip to main content" else ["the first Tab does not reach the skip link"]


def _errors(page: Page) -> list[str]:
    """The summary of errors has the focus, and each of its links leads into the field at fault."""
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    if not summary.count():
        return []
    faults = [] if summary.evaluate("node => node === document.activeElement") else ["the errors have no focus"]
    for link in summary.get_by_role("link").all():
        link.click()
        wanted = link.get_attribute("href")
        if page.evaluate("() => '#' + document.activeElement.id") != wanted:
            faults.append(f"the error {link.text_content()!r} does not lead to {wanted}")
    return faults
