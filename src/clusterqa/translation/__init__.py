"""What a word of one language is in the other: the learned translation table."""

from clusterqa.translation.table import OTHER, TranslationTable, load_table

__all__ = ["OTHER", "TranslationTable", "load_table"]
