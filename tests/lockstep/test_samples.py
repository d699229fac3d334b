"""The samples of a statement are found where they are, and what is not in the format is named."""

import pytest

from lockstep.samples import BadSampleError, Sample, samples

STATEMENT = """\
Write `Counter`.

```python
class Counter: ...
```

```python sample
counter = Counter()
print(counter.value)
```

which prints

```output
0
```

~~~~ python sample real
print("```")
~~~~
``` output unordered
b
a
```
"""


def test_samples_are_found_in_order() -> None:
    assert samples(STATEMENT) == [
        Sample(line=7, code="counter = Counter()\nprint(counter.value)\n", output="0\n", unordered=False, real=False),
        Sample(line=18, code='print("```")\n', output="b\na\n", unordered=True, real=True),
    ]


def test_lines_as_browsers_send_them_are_the_same_lines() -> None:
    assert samples(STATEMENT.replace("\n", "\r\n")) == samples(STATEMENT)


def test_a_sample_may_print_nothing() -> None:
    assert samples("```python sample\nx = 1\n```\n```output\n```\n")[0].output == ""


def test_a_block_within_a_longer_fence_is_no_sample() -> None:
    assert samples("````markdown\n```python sample\nx\n```\n````\n") == []


@pytest.mark.parametrize("text", ["", "words\n", "`python sample` is a word\n", "```text\n1\n```\n"])
def test_a_statement_needs_no_samples(text: str) -> None:
    assert samples(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```python sample\nx\n```\n", "line 1: the sample has no `output` block after it"),
        (
            "\n```python sample\nx\n```\n```text\n1\n```\n",
            "line 5: 'text' follows the sample of line 2: write `output`",
        ),
        ("```python sample\nx\n```\n```output sorted\n```\n", "line 4: 'output sorted' follows the sample of line 1"),
        ("```python sample fast\nx\n```\n", "line 1: 'python sample fast': write `python sample` or"),
        ("words\n```output\n1\n```\n", "line 2: an output block must follow a `python sample` block"),
    ],
)
def test_what_is_not_in_the_format_is_named(text: str, said: str) -> None:
    with pytest.raises(BadSampleError) as raised:
        samples(text)
    assert str(raised.value).startswith(said)
