"""The stylesheet as one file: twenty requests, each for a kilobyte, cost more than what they bring."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

MAIN = "css/main.css"
IMPORT = re.compile(r'@import url\("(?P<name>[^"]+)"\)(?: layer\((?P<layer>\w+)\))?;')


class StaticFiles(CompressedManifestStaticFilesStorage):
    """What production serves: named by content, compressed, and main.css with the files that it imports within it."""

    def post_process(self, paths: dict[str, tuple[Storage, str]], *args: Any, **options: Any) -> Iterator[Any]:
        if MAIN in paths:
            joined = InMemoryStorage()
            joined.save(MAIN, ContentFile(join(*paths[MAIN]).encode()))
            paths = paths | {MAIN: (joined, MAIN)}
        return super().post_process(paths, *args, **options)


def join(storage: Storage, path: str) -> str:
    """This stylesheet with each import replaced by what it imports, in its layer."""
    folder = path.rpartition("/")[0]

    def fetch(found: re.Match[str]) -> str:
        with storage.open(f"{folder}/{found['name']}") as file:
            rules = file.read().decode()
        return f"@layer {found['layer']} {{\n{rules}}}" if found["layer"] else rules

    with storage.open(path) as file:
        return IMPORT.sub(fetch, file.read().decode())
