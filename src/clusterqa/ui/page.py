"""The page: its parts and what each event does. What they show is made by `render`."""

import threading
from collections.abc import Mapping
from typing import Any, Protocol

from clusterqa.types import Document, Language
from clusterqa.ui import render
from clusterqa.ui.asking import Asks, Turn, take_turn
from clusterqa.ui.languages import known_language, preferred_language
from clusterqa.ui.offline_gradio import gr
from clusterqa.ui.texts import EN, TEXTS

# One request and its response, without the queue's stream of events: from click to painted answer a
# median of 143 ms instead of 161, in the slowest tenth 174 instead of 223 (two busy cores).
# Private: these events belong to the page, they are no HTTP API.
_DIRECT: Mapping[str, Any] = {"queue": False, "api_visibility": "private"}
# Clicks inside a part are told to the page as events of that part.
_EXAMPLES = """
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-question]");
  if (button) trigger("example", { question: button.dataset.question });
});
"""
_LANGUAGES = """
const follow = () => window.clusterqa.speak(element.querySelector("[data-language]"));
watch("value", follow);
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-speak]");
  if (button) trigger("language", { language: button.dataset.speak });
});
"""
_RECALL = "() => [window.clusterqa.recalledLanguage()]"


class Serves(Asks, Protocol):
    """What the page needs of `clusterqa.Assistant`."""

    @property
    def documents(self) -> Mapping[str, Document]:
        """The indexed documents by id."""
        ...

    @property
    def index(self) -> Any:
        """Has `passages`, and `failures` by document id."""
        ...


class Page:
    """The layout and its events. It keeps nothing of a visitor: what was asked is in their session.

    Args:
        assistant: what is asked.
        blocks: what the parts are laid out in; it is open.
    """

    def __init__(self, assistant: Serves, blocks: gr.Blocks) -> None:
        self._assistant = assistant
        # Questions of several visitors in turn: models need not be safe to share between threads,
        # and on few cores one after the other is sooner done than all at once.
        self._asking = threading.Lock()
        self._lay_out()
        self._connect(blocks)

    def _lay_out(self) -> None:
        """The parts, in order. Their texts come with the first event, which knows the language."""
        self._turn = gr.State(None)
        self._language = gr.State("en")
        self._masthead = _html("masthead", _LANGUAGES)
        with gr.Row(elem_id="ask"):
            self._question = gr.Textbox(
                label=EN.question,
                placeholder=EN.placeholder,
                lines=1,
                max_lines=8,
                container=False,
                elem_id="question",
            )
            self._button = gr.Button(EN.ask, variant="primary", elem_id="ask-button")
        self._result = _html("result", _EXAMPLES)
        self._status = _html("status")

    def _connect(self, blocks: gr.Blocks) -> None:
        everything = [
            self._language,
            self._masthead,
            self._question,
            self._button,
            self._result,
            self._status,
        ]
        quiet: Mapping[str, Any] = {"show_progress": "hidden", **_DIRECT}
        # The masthead is empty yet; its place in the request carries what the browser remembers.
        blocks.load(self.open, self._masthead, everything, js=_RECALL, **quiet)
        self._masthead.language(self.switch, self._turn, everything, **quiet)
        answering: Mapping[str, Any] = {"show_progress_on": self._result, **_DIRECT}
        for event in (self._question.submit, self._button.click):
            event(
                self.ask, [self._question, self._language], [self._turn, self._result], **answering
            )
        self._result.example(
            self.ask_example,
            self._language,
            [self._question, self._turn, self._result],
            **answering,
        )

    def open(self, recalled: str | None, request: gr.Request) -> list[Any]:
        """The page for a visitor who has just come, in the language of their last visit or else of
        their browser."""
        accepted = request.headers.get("accept-language", "")
        return self._translated(known_language(recalled) or preferred_language(accepted), None)

    def switch(self, turn: Turn | None, event: gr.EventData) -> list[Any]:
        """The page in the language that was clicked; what was asked and answered stays."""
        return self._translated(known_language(event.language) or "en", turn)

    def _translated(self, language: Language, turn: Turn | None) -> list[Any]:
        texts = TEXTS[language]
        index = self._assistant.index
        counts = len(self._assistant.documents), len(index.passages)
        return [
            language,
            render.masthead(language),
            gr.update(label=texts.question, placeholder=texts.placeholder),
            gr.update(value=texts.ask),
            render.result(turn, self._assistant.documents, language),
            render.status(*counts, index.failures, texts),
        ]

    def ask(self, question: str | None, language: Language) -> tuple[Turn, str]:
        """What came of the question, and how it is shown."""
        with self._asking:
            turn = take_turn(self._assistant, question or "")
        return turn, render.result(turn, self._assistant.documents, language)

    def ask_example(self, language: Language, event: gr.EventData) -> tuple[str, Turn, str]:
        """As `ask`, for the example that was clicked, which also goes into the question box."""
        question = str(event.question)
        return question, *self.ask(question, language)


def _html(elem_id: str, script: str | None = None) -> gr.HTML:
    """A part that `render` fills."""
    return gr.HTML(js_on_load=script, elem_id=elem_id, apply_default_css=False)


def build_page(assistant: Serves) -> gr.Blocks:
    """The page over `assistant`, not yet served."""
    blocks: gr.Blocks = gr.Blocks(title=EN.title, analytics_enabled=False, fill_width=True)
    with blocks:
        Page(assistant, blocks)
    return blocks
