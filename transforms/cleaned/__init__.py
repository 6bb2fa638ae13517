"""From a page of broken lines to whole paragraphs."""

from transforms.cleaned.clean import Cleaned, clean

__all__ = ["Cleaned", "clean"]
