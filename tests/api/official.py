"""What the vendor's client must make of an answer: its own typed data, without a warning."""

import pytest

strict = pytest.mark.filterwarnings("error")
"""An answer that the client cannot read makes it warn, and hand back an untyped object."""


def answered(future, kind, status: int = 200):
    """The typed data of an answer of that status; for a list, `kind` is that of each entry."""
    answer = future.result()
    assert answer.status_code == status
    for each in answer.data if isinstance(answer.data, list) else [answer.data]:
        assert type(each) is kind, f"{type(each)}: {each}"
    return answer.data
