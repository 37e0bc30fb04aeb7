"""Labels and reasons of dated teams: what each is the best at, by the figures that are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from kumihimo.matching import CommonCause
from kumihimo.matching.labels import counted
from kumihimo.model import Network
from kumihimo.proposal.proposal import Sentence, TeamAnswer
from kumihimo.proposal.team_choice import ChosenTeam

FASTEST = Sentence(ja="最短", en="fastest")
CHEAPEST = Sentence(ja="最安", en="cheapest")
ROBUST = Sentence(ja="災害に強い", en="disaster-diverse")
QUALITY = Sentence(ja="品質重視", en="best quality")
BALANCED = Sentence(ja="バランス", en="balanced")
ALTERNATIVE = Sentence(ja="別の顔ぶれ", en="other firms")


def resilience(causes: Sequence[CommonCause], network: Network) -> Sentence:
    """Say what would stop several steps at once."""
    if not causes:
        return Sentence(
            ja="一つの災害・一社の停止で複数の工程が止まる重なりはありません",
            en="no single disaster or firm is known to stop several steps",
        )
    names = {firm.id: firm.name for firm in network.firms}
    return Sentence(
        ja="、".join(_named(cause.ja, cause, names) for cause in causes),
        en=", ".join(_named(cause.en, cause, names) for cause in causes),
    )


def with_labels(pairs: Sequence[tuple[ChosenTeam, TeamAnswer]]) -> list[TeamAnswer]:
    """Return the teams with labels and reasons, in the order of the pairs.

    A label goes to the team whose shown figure is the best; the first of equals gets it.
    """
    if not pairs:
        return []
    answers = [answer for _, answer in pairs]
    labels: list[list[Sentence]] = [[] for _ in pairs]
    rankings: list[tuple[Sentence, Callable[[int], float]]] = [
        (FASTEST, lambda n: _finish_key(answers[n].finish)),
        (CHEAPEST, lambda n: answers[n].price.total_jpy),
        (ROBUST, lambda n: round(pairs[n][0].disaster_risk, 9)),
        (QUALITY, lambda n: answers[n].defect_pct if answers[n].defect_known_steps else float("inf")),
        (BALANCED, lambda n: 0 if pairs[n][0].balanced else 1),
    ]
    for label, key in rankings:
        best = min(range(len(pairs)), key=key)
        # The balanced team may have dropped out when it was dated; no other inherits its name. Quality that no
        # delivery record supports is unknown, not the best.
        if label is BALANCED and not pairs[best][0].balanced:
            continue
        if label is QUALITY and not answers[best].defect_known_steps:
            continue
        labels[best].append(label)
    return [
        replace(answer, labels=tuple(labels[n]) or (ALTERNATIVE,), reasons=_reasons(answer, labels[n], answers))
        for n, answer in enumerate(answers)
    ]


def _finish_key(finish: date | None) -> float:
    return float("inf") if finish is None else float(finish.toordinal())


def _reasons(answer: TeamAnswer, labels: Sequence[Sentence], answers: Sequence[TeamAnswer]) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    cheapest = min(item.price.total_jpy for item in answers)
    finishes = [item.finish for item in answers if item.finish]
    count = len(answers)
    if count == 1:
        found.append(Sentence(ja="条件を満たす組合せはこの案だけです", en="the only team that meets the conditions"))
    elif CHEAPEST in labels:
        others = min(item.price.total_jpy for item in answers if item is not answer)
        less = others - answer.price.total_jpy
        found.append(
            Sentence(
                ja=f"{count}案のうち最も安い（次の案より {less:,} 円低い）",
                en=f"lowest price of {count} (JPY {less:,} below the next)",
            )
            if less
            else Sentence(ja=f"{count}案のうち最も安い（同額の案あり）", en=f"lowest price of {count}, shared")
        )
    elif cheapest:
        more = answer.price.total_jpy - cheapest
        pct = 100 * more / cheapest
        found.append(
            Sentence(ja="価格は最安の案と同じ", en="the same price as the cheapest")
            if more == 0
            else Sentence(ja=f"価格は最安の案より {pct:.0f} % 高い", en=f"{pct:.0f} % above the cheapest")
            if pct >= 1
            else Sentence(ja=f"価格は最安の案より {more:,} 円高い", en=f"JPY {more:,} above the cheapest")
        )
    if answer.finish and finishes and count > 1:
        behind = (answer.finish - min(finishes)).days
        found.append(
            Sentence(ja=f"{count}案のうち最も早く終わる", en=f"earliest finish of {count}")
            if behind == 0
            else Sentence(ja=f"最短の案より {behind} 日遅い", en=f"{counted(behind, 'day')} after the fastest")
        )
    if QUALITY in labels:
        found.append(
            Sentence(
                ja=f"納入実績から見た推定不良率が最も低い（{answer.defect_pct:.2f} %）",
                en=f"lowest estimated defects by delivery records ({answer.defect_pct:.2f} %)",
            )
        )
    if ROBUST in labels:
        found.append(
            Sentence(ja="拠点の県の重なりと災害の危険度が最も小さい", en="least overlap of prefectures and hazards")
        )
    if BALANCED in labels:
        found.append(
            Sentence(
                ja="価格・日数・品質・災害のつり合いが最もよい", en="best balance of price, days, quality, disasters"
            )
        )
    if not labels:
        found.append(Sentence(ja="ほかの案と企業の顔ぶれが大きく違う", en="other firms than the other teams"))
    places = {firm.place.partition(" ")[0] for firm in answer.firms if firm.place}
    found.append(
        Sentence(
            ja=f"{len(answer.firms)} 社・{len(places)} 都道府県",
            en=f"{counted(len(answer.firms), 'firm')}, {counted(len(places), 'prefecture')}",
        )
    )
    return tuple(found)


def _named(text: str, cause: CommonCause, names: dict[str, str]) -> str:
    return f"{text} ({names.get(cause.place, cause.place)})" if cause.kind == "firm" else text
