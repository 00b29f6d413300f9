from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.TEMPLATES[0]["DIRS"][0])


@pytest.mark.parametrize("name", sorted(p.relative_to(ROOT).as_posix() for p in ROOT.rglob("*.*") if p.is_file()))
def test_every_template_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_pages_for_our_own_faults_need_nothing(name):
    assert "<h1>" in get_template(name).render()


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.html")), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_template_breaks_the_content_policy(path):
    source = path.read_text()
    assert " style=" not in source and " onclick=" not in source and "<script>" not in source
