"""The names of the features by which the evidence of a slot is combined."""

from __future__ import annotations

FEATURES = (
    "model",
    "share",
    "ngrams",
    "language_model",
    "article_mismatch",
    "on_page",
    "length",
    "same_form",
    "other_forms",
    "keep",
    "keep_is_original",
    "keep_is_phrase",
    "keep_density",
    "keep_neighbours",
    "keep_replaced",
)
"""The features of a wording, in order. Those named ``keep…`` are 0 for hints.

- ``model``: log-probability of the model; ``share``: log of the dictionary's share;
- ``ngrams``: log-ratio of the probability with n-grams to that without;
- ``language_model``: log-probability relative to the best wording of the slot;
- ``article_mismatch``: 1 if it does not agree with the article before it;
- ``on_page``: occurrences of the hint in the page as it is, at most 3;
- ``length``: number of tokens, minus that of the source wording;
- ``same_form``, ``other_forms``: log(1 + expected number of other slots of the page in which the hint was
  replaced by this form, and by other forms);
- ``keep``: 1; ``keep_is_original``: 1 if the wording is itself an original in the dictionary;
- ``keep_is_phrase``: 1 for several words; ``keep_density``: expected share of spun slots, minus its mean;
- ``keep_neighbours``: mean uncertainty of the two neighbouring slots;
- ``keep_replaced``: log(1 + expected number of slots of the page in which the wording is the original).
"""
NON_NEGATIVE = ("model", "share", "ngrams", "language_model", "same_form")
NON_POSITIVE = ("article_mismatch", "other_forms", "keep_is_original", "keep_replaced")
"""Features whose weights are constrained in sign: more of such evidence must not count the other way."""
