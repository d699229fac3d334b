"""Markdown of lessons and statements as HTML that is safe to put into a page."""

import html
import re
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_TAGS = nh3.ALLOWED_TAGS | {"figure", "section"}
_ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    "code": {"class"},
    "figure": {"class", "data-cell"},
    "pre": {"class", "tabindex"},
    "h2": {"id"},
    "h3": {"id"},
    "th": {"class"},
    "td": {"class"},
    "table": {"class"},
}
_RUN = re.compile(r"python\s+run\b")


def _fence(self: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
    name = f' class="language-{html.escape(language)}"' if language else ""
    code = f'<pre tabindex="0"><code{name}>{html.escape(token.content)}</code></pre>\n'
    if not _RUN.match(token.info.strip()):
        return code
    env["cells"] = env.get("cells", 0) + 1
    return f'<figure class="cell" data-cell="{env["cells"]}">{code}</figure>\n'


_markdown = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": True})
_markdown.add_render_rule("fence", _fence)


@lru_cache(maxsize=256)
def render(text: str) -> SafeString:
    """HTML of the Markdown; raw HTML in it is shown, never run.

    A block marked `python run` becomes a figure of class "cell" with its number.
    """
    cleaned = nh3.clean(_markdown.render(text), tags=_TAGS, attributes=_ATTRIBUTES, link_rel="noopener noreferrer")
    return mark_safe(cleaned)  # noqa: S308  (cleaned by nh3 in the line above)
