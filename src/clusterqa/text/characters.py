"""Character classes as the inside of a regular-expression class; shared by every pattern here."""

# Han (basic, extension A, compatibility, the supplementary planes) and 〇, kana, hangul.
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
CJK = HAN + "\u3040-\u30ff\uac00-\ud7af"
CJK_PUNCTUATION = "\u3000-\u3006\u3008-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"

# Marks that may follow the full stop of a sentence and still belong to it.
CLOSERS = "”’」』）〉》】\\])\"'"

# A reference mark of Chinese journals, `[1](p10)` or `[12]`, set after the full stop.
REFERENCE_MARK = r"\[\d{1,3}(?:[-,，]\d{1,3})*\](?:\(p+\.?\d+(?:-\d+)?\))?"
