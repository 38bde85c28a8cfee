"""Every string of the interface, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from clusterqa.types import Language

# Asked of the paper that comes with clusterqa; shown whatever the language of the interface.
EXAMPLES: Mapping[Language, tuple[str, ...]] = {
    "zh": (
        "湖北有多少个过百亿的产业集群？",
        "湖北应率先在哪些产业实现突破？",
        "2015年湖北生产了多少辆汽车？",
        "怎样培育产业集群的龙头企业？",
    ),
    "en": (
        "What share of China's car output came from Hubei in 2015?",
        "How many national-level development zones does Hubei have?",
        "What problems do Hubei's industrial clusters still face?",
        "How can the three provinces cooperate in the car industry?",
    ),
}


@dataclass(frozen=True, slots=True)
class LegText:
    """How one leg of the retrieval is named, and what it does in one line."""

    name: str
    hint: str


@dataclass(frozen=True, slots=True)
class Texts:
    """The interface in one language. Fields with braces are formats; `*_one` is the singular."""

    title: str
    tagline: str
    language: str
    theme: str
    question: str
    placeholder: str
    ask: str
    welcome: str
    promises: tuple[str, str, str]
    examples: str
    documents: str
    documents_one: str
    passages: str
    passages_one: str
    failures: str
    failures_one: str
    offline: str
    answer: str
    answered: str
    answered_one: str
    cited: str
    others: str
    nearest: str
    marker: str
    back: str
    verified: str
    verified_hint: str
    rejected: str
    rejected_one: str
    page: str
    section: str
    rank: str
    score: str
    score_hint: str
    found_by: str
    legs: Mapping[str, LegText]
    silent_leg: str
    confidence: str
    confidence_hint: str
    levels: Mapping[str, str]
    took: str
    context: str
    context_of: str
    close: str
    earlier: str
    later: str
    abstained: str
    abstained_hint: str
    nothing_near: str
    empty_question: str
    long_question: str
    question_refused: str
    failed: str
    unexpected: str


ZH = Texts(
    title="集群问答",
    tagline="用中文或英文提问，读到文献中回答问题的原文；每一处引文都与出处逐字核对。",
    language="界面语言",
    theme="切换深色与浅色",
    question="问题",
    placeholder="用中文或英文提问",
    ask="提问",
    welcome="从一个问题开始",
    promises=(
        "回答只用文献的原句，不作改写。",
        "每一句都标明文献、章节与页码，点开即见上下文。",
        "文献中没有答案时，会直接说明。",
    ),
    examples="示例问题",
    documents="{n} 篇文献",
    documents_one="{n} 篇文献",
    passages="{n} 个段落",
    passages_one="{n} 个段落",
    failures="{n} 个文件未能读取",
    failures_one="{n} 个文件未能读取",
    offline="离线运行，不向外部发送任何内容",
    answer="回答",
    answered="{n} 处引文，均已核对",
    answered_one="{n} 处引文，已核对",
    cited="引文所在段落",
    others="其他相关段落",
    nearest="最接近的段落，但未必回答了问题",
    marker="查看引文 {n} 所在的段落",
    back="回到回答中的引文 {n}",
    verified="已核对",
    verified_hint="引文与所存原文在同一位置逐字相同。",
    rejected="另有 {n} 处引文与原文不符，未予显示。",
    rejected_one="另有 {n} 处引文与原文不符，未予显示。",
    page="第 {n} 页",
    section="章节",
    rank="第 {n} 位",
    score="得分 {n}",
    score_hint="各路检索得分标准化之后的总和，越高越相关；不同问题之间不可比较。",
    found_by="检索依据",
    legs={
        "lexical": LegText("同词", "问题与段落共有的词语和数字。"),
        "translated": LegText("译词", "段落中与问题词语互为翻译的词。"),
        "dense": LegText("语义", "整个段落与整个问题的意思有多接近。"),
        "late": LegText("逐词", "问题的每个词在段落中最接近的词。"),
    },
    silent_leg="无",
    confidence="把握：{level}（{percent}%）",
    confidence_hint="系统估计这些段落确实回答了问题的可能性。",
    levels={"low": "低", "medium": "中", "high": "高"},
    took="用时 {n} 毫秒",
    context="查看上下文",
    context_of="原文上下文",
    close="关闭",
    earlier="前文未显示",
    later="后文未显示",
    abstained="这些文献中没有找到答案。",
    abstained_hint="没有足够依据回答这个问题，因此不作回答。可以换一种问法，或者查看最接近的段落。",
    nothing_near="没有一个段落与这个问题相关。",
    empty_question="请先输入问题。",
    long_question="问题有 {n} 个字符，超过了 {limit} 个字符的上限，请缩短后再问。",
    question_refused="无法提问",
    failed="未能回答",
    unexpected="出现了意外错误。请再试一次；若仍然如此，请查看运行窗口中的记录。",
)

EN = Texts(
    title="Cluster QA",
    tagline=(
        "Ask in Chinese or English and read the passages that answer, "
        "each quotation checked word for word against its source."
    ),
    language="Interface language",
    theme="Switch between dark and light",
    question="Question",
    placeholder="Ask in Chinese or English",
    ask="Ask",
    welcome="Start with a question",
    promises=(
        "Answers are the documents’ own sentences, never rewritten.",
        "Each comes with its document, section and page, one click from its context.",
        "Where the documents have no answer, you are told so.",
    ),
    examples="Example questions",
    documents="{n} documents",
    documents_one="{n} document",
    passages="{n} passages",
    passages_one="{n} passage",
    failures="{n} files could not be read",
    failures_one="{n} file could not be read",
    offline="Offline: nothing is sent anywhere",
    answer="Answer",
    answered="{n} quotations, all verified",
    answered_one="{n} quotation, verified",
    cited="Cited passages",
    others="Other passages found",
    nearest="Nearest passages, which may not answer the question",
    marker="Go to the passage of quotation {n}",
    back="Back to quotation {n} in the answer",
    verified="Verified",
    verified_hint="The quotation and the stored source agree, character by character.",
    rejected="{n} more quotations did not match their source and are not shown.",
    rejected_one="{n} more quotation did not match its source and is not shown.",
    page="page {n}",
    section="Section",
    rank="Rank {n}",
    score="Score {n}",
    score_hint=(
        "Sum of the standardised scores of all searches. Higher is better; "
        "scores of different questions cannot be compared."
    ),
    found_by="How it was found",
    legs={
        "lexical": LegText("Same words", "Words and numbers that question and passage share."),
        "translated": LegText(
            "Translated words", "Words of the passage that translate words of the question."
        ),
        "dense": LegText("Meaning", "How close the whole passage is to the whole question."),
        "late": LegText(
            "Word by word", "For each word of the question, the closest word of the passage."
        ),
    },
    silent_leg="none",
    confidence="Confidence: {level} ({percent}%)",
    confidence_hint="The estimated chance that these passages do answer the question.",
    levels={"low": "low", "medium": "medium", "high": "high"},
    took="{n} ms",
    context="Show in context",
    context_of="In context",
    close="Close",
    earlier="Earlier text not shown",
    later="Later text not shown",
    abstained="The documents do not answer this question.",
    abstained_hint=(
        "There is too little to base an answer on, so none is given. "
        "Ask it another way, or look at the nearest passages."
    ),
    nothing_near="No passage has anything to do with this question.",
    empty_question="Enter a question first.",
    long_question="The question has {n} characters, over the limit of {limit}. Please shorten it.",
    question_refused="This cannot be asked",
    failed="No answer could be given",
    unexpected="Something unexpected went wrong. Try again; if it persists, see the server’s log.",
)

# Each language under its own name, whatever that of the interface.
LANGUAGE_NAMES: Mapping[Language, str] = {"zh": "中文", "en": "English"}
TEXTS: Mapping[Language, Texts] = {"zh": ZH, "en": EN}


def counted(n: int, one: str, many: str) -> str:
    """`n` in the singular or plural form."""
    return (one if n == 1 else many).format(n=n)
