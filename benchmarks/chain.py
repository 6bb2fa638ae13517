"""The likelihood of true divisions under the weights, and its slope: forward and backward sums over all pages at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transforms.articles import layout

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_NEVER = -1e6


class Chain:
    """Pages of like length, padded to one length, ready for forward and backward sums."""

    def __init__(
        self, values: Sequence[Ints], bases: Sequence[Ints], signed: Sequence[npt.NDArray[np.bool_]], page_signed: Ints
    ) -> None:
        self.lengths = np.array([len(page) for page in values])
        self.longest = int(self.lengths.max())
        self.values = np.zeros((len(values), self.longest, values[0].shape[1]), dtype=np.float64)
        self.base = np.zeros((len(values), self.longest, len(layout.ARCS)), dtype=np.float64)
        self.signed = np.zeros((len(values), self.longest), dtype=np.int64)
        for number, page in enumerate(values):
            self.values[number, : len(page)] = page
            self.base[number, : len(page)] = bases[number]
            self.signed[number, : len(page)] = signed[number]
        self.counts = layout.end_counts(page_signed.astype(np.bool_)).astype(np.float64)

    def slope(self, arcs: Floats, ends: Floats) -> tuple[float, Floats, Floats]:
        """Return the sum of the logarithms of all divisions' weights, and the expected evidence on arcs and ends."""
        scores = self.values @ arcs + self.base / 100
        scores = np.concatenate([scores, np.full((*scores.shape[:2], 1), _NEVER)], axis=2)
        end = self.counts @ ends
        pages, states = len(self.lengths), len(layout.STATES)
        steps = [self._arcs(scores, end, step) for step in range(self.longest)]
        alpha = np.zeros((pages, self.longest, states))
        alpha[:, 0] = np.take_along_axis(scores[:, 0], layout.FIRST[self.signed[:, 0]], axis=1)
        for step in range(1, self.longest):
            alpha[:, step] = _sum(alpha[:, step - 1][:, :, None] + steps[step], axis=1)
        beta = np.zeros((pages, self.longest, states))
        for step in range(self.longest - 1, -1, -1):
            beta[:, step] = end
            live = self.lengths - 1 > step
            if step + 1 < self.longest and live.any():
                later = _sum(steps[step + 1] + beta[:, step + 1][:, None, :], axis=2)
                beta[:, step] = np.where(live[:, None], later, end)
        total = _sum(alpha[:, 0] + beta[:, 0], axis=1)
        expected = np.zeros((pages, self.longest, len(layout.ARCS) + 1))
        rows = np.repeat(np.arange(pages), states)
        share = np.exp(alpha[:, 0] + beta[:, 0] - total[:, None])
        np.add.at(expected[:, 0], (rows, layout.FIRST[self.signed[:, 0]].ravel()), share.ravel())
        end_share = np.zeros((pages, states))
        for step in range(self.longest):
            last = self.lengths - 1 == step
            end_share[last] += np.exp(alpha[last, step] + beta[last, step] - total[last][:, None])
            if not step:
                continue
            live = np.flatnonzero(self.lengths > step)
            both = np.exp(
                alpha[live, step - 1][:, :, None]
                + steps[step][live]
                + beta[live, step][:, None, :]
                - total[live][:, None, None]
            )
            tables = layout.TABLES[self.signed[live, step]].reshape(len(live), -1)
            flat = np.bincount(
                (np.arange(len(live))[:, None] * expected.shape[2] + tables).ravel(),
                weights=both.reshape(-1),
                minlength=len(live) * expected.shape[2],
            )
            expected[live, step] = flat.reshape(len(live), -1)
            end_share[live] += both[:, :, layout.STARTS].sum(axis=2)
        by_arcs = np.einsum("ptf,pta->fa", self.values, expected[:, :, :-1])
        return float(total.sum()), by_arcs, np.einsum("ps,pse->e", end_share, self.counts)

    def _arcs(self, scores: Floats, end: Floats, step: int) -> Floats:
        """Return (pages, old states, new states): the weights of all arcs to a step."""
        tables = layout.TABLES[self.signed[:, step]]
        flat = np.take_along_axis(scores[:, step], tables.reshape(len(tables), -1), axis=1)
        return flat.reshape(tables.shape) + end[:, :, None] * layout.STARTS


def _sum(logs: Floats, axis: int) -> Floats:
    """Return the logarithm of the sum of exponentials."""
    top = logs.max(axis=axis, keepdims=True)
    return np.log(np.exp(logs - top).sum(axis=axis)) + top.squeeze(axis)
