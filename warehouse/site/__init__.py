"""The report: a folder of static pages that shows what the warehouse holds and what was done to each page."""

from warehouse.site.write import write_site

__all__ = ["write_site"]
