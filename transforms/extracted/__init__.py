"""From paragraphs to articles, and from articles to facts that SQL can add up."""

from transforms.extracted.extract import Extracted, extract

__all__ = ["Extracted", "extract"]
