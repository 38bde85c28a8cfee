"""Text to HTML. Nothing from a question or a document reaches the page but through `escape`."""

import html


def escape(text: str) -> str:
    """`text` as HTML that shows it as it is, in content and in quoted attributes."""
    # The parser would turn a carriage return into a line feed.
    return html.escape(text, quote=True).replace("\r", "&#13;")


def element(tag: str, content: str = "", **attributes: str | bool | None) -> str:
    """An element around `content`, which is HTML already; attribute values are escaped.

    `class_` stands for `class`, `data_x` for `data-x`. True gives a bare attribute; False and None
    give none.
    """
    written = []
    for key, value in attributes.items():
        name = key.rstrip("_").replace("_", "-")
        if value is True:
            written.append(f" {name}")
        elif value is not False and value is not None:
            written.append(f' {name}="{escape(value)}"')
    return f"<{tag}{''.join(written)}>{content}</{tag}>"


def isolated(text: str) -> str:
    """Escaped `text` whose writing direction cannot reorder what stands around it."""
    return f"<bdi>{escape(text)}</bdi>"
