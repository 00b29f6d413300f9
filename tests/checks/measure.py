"""What can be measured of a page as it is drawn: what is lost, what is too small to hit, what is too faint to see."""

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_suffix(".js").read_text()
SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; '
        + 'word-spacing: 0.16em !important } p { margin-block-end: 2em !important }');
    document.adoptedStyleSheets = [sheet];
}"""


def measure(page: Page, question: str) -> list[str]:
    """`measure(page, "lost()")`: what is cut, covered or beyond the window; "small(24)"; "faint()". One line each."""
    page.evaluate(SCRIPT)
    return [f"{page.url.split('/', 3)[3]}: {fault}" for fault in page.evaluate(f"() => measure.{question}")]
