"""jieba's words: one dictionary and one algorithm for all who need words."""
