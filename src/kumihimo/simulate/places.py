"""Where the synthetic firms stand: clusters that resemble real ones, by municipality and mix of trades.

The municipalities and their coordinates are real; no firm is. The mixes are broad common knowledge about the
clusters (watches and precision turning around Suwa, polishing in Tsubame, spectacles in Sabae, ...), not statistics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kumihimo.errors import TermsError
from kumihimo.simulate.archetypes import ARCHETYPES
from kumihimo.terms import Municipality, find_municipality, municipalities

SCATTERED_SHARE = 0.14
"""Share of the firms that stand in no cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster.

    Attributes
    ----------
    mix
        Archetype -> how many times as common as in the country.
    """

    id: str
    weight: float
    prefecture: str
    towns: tuple[str, ...]
    mix: Mapping[str, float]


_TABLE = """
suwa 9 20 諏訪市,岡谷市,茅野市,下諏訪町,塩尻市 swiss:5 micro:7 lathe:1.5 mill5:1.5 plating:1.3 foundry:.2 can:.4
sakaki 4 20 坂城町,千曲市,上田市 injection:2.5 lathe:1.8 mould:2 swiss:1.5 gear:1.5
ina 3 20 飯田市,駒ヶ根市,伊那市 mill3:1.3 micro:2 assembly:1.5 mill5:1.5
tsubame 7 15 燕市,三条市,長岡市 polish:9 press:2.2 forge:4 titanium:1.5 sheet:1.3 swiss:.5
higashiosaka 11 27 東大阪市,八尾市,大東市 fastener:3.5 plating:1.8 spring:1.5 mould:1.3 press:1.3
sakai 3 27 堺市,泉大津市,貝塚市 can:2 large:1.8 gear:1.5 forge:1.3
amagasaki 4 28 尼崎市,伊丹市,明石市 can:1.5 large:1.8 forge:1.5 grinding:1.4 cylgrinding:1.6 gear:1.4
kobe 3 28 神戸市,姫路市 large:2 can:1.6 mill5:1.3 heat:1.4
ota 7 13 大田区,川崎市,品川区 mill3:1.5 grinding:2 cylgrinding:2 plating:1.8 lathe:1.4 spin:3 proto:1.8
sumida 3 13 墨田区,葛飾区,足立区,板橋区 press:2 plating:1.8 spring:2 spin:2 micro:1.3
tama 3 13 八王子市,青梅市,羽村市 mill5:1.5 micro:1.5 assembly:1.8 lab:2
sagami 4 14 相模原市,平塚市,綾瀬市 sheet:1.5 mill3:1.3 press:1.3 onestop:1.5
kawaguchi 4 11 川口市,戸田市,草加市,さいたま市 foundry:6 large:1.4 mould:1.3 paint:1.3
hamamatsu 7 22 浜松市,磐田市,湖西市 gear:3 diecast:2 foundry:1.8 press:1.4 heat:1.5
numazu 2 22 沼津市,富士市 can:1.4 large:1.3 sheet:1.3
toyota 7 23 豊田市,刈谷市,安城市,西尾市 press:2.5 edm_die:2 diecast:1.8 forge:1.4 heat:1.4
nagoya 6 23 名古屋市,小牧市,春日井市,大府市 mill3:1.3 mill5:2 heat:1.5 onestop:1.3 titanium:.3
seki 3 21 関市,各務原市,大垣市 grinding:2 polish:2.5 forge:1.5 heat:1.8 mill5:1.6 press:1.3
kuwana 3 24 桑名市,四日市市,鈴鹿市 foundry:5 injection:1.5 press:1.3
sabae 4 18 鯖江市,福井市,越前市 titanium:14 plating:2 micro:2 polish:2 press:1.3
komatsu 3 17 小松市,白山市,金沢市 large:2.2 can:2 gear:1.6 sheet:1.3
toyama 2 16 富山市,高岡市,魚津市 foundry:2.5 anodise:2.5 diecast:1.5 mould:1.4
kyoto 4 26 京都市,宇治市 mill3:1.3 micro:1.5 proto:2 lab:2 sheet:1.4 plating:1.3
shiga 2 25 草津市,東近江市 injection:1.4 onestop:1.4 press:1.2
okayama 2 33 岡山市,倉敷市 press:1.4 foundry:1.4 large:1.4
fukuyama 3 34 福山市 can:1.8 sheet:1.4 large:1.5 fastener:1.4
hiroshima 3 34 広島市,東広島市,呉市 press:1.6 diecast:1.6 mould:1.4 large:1.4
kitakyushu 3 40 北九州市,久留米市 can:2.2 large:2 heat:1.2 paint:1.3
hitachi 4 08 日立市,ひたちなか市 lathe:1.5 can:1.3 assembly:2 large:1.3
ota_gunma 4 10 太田市,桐生市,伊勢崎市,高崎市 press:1.8 mould:1.8 sheet:1.3 diecast:1.3 gear:1.3
tochigi 2 09 宇都宮市,足利市 mill5:1.6 sheet:1.3 polish:1.3
yamagata 3 06 山形市,寒河江市,米沢市 foundry:1.8 mill3:1.3 micro:1.5 assembly:1.4
kitakami 3 03 北上市,奥州市,花巻市 foundry:1.6 mould:1.5 press:1.4 plating:1.3
fukushima 2 07 郡山市,いわき市 assembly:1.5 mill3:1.2 injection:1.3
akita 1 05 由利本荘市 assembly:2 mould:1.3 plating:1.4
ehime 1 38 新居浜市 can:2.5 large:2
kumamoto 2 43 熊本市 mill3:1.2 mould:1.4 assembly:1.4
muroran 1 01 室蘭市,苫小牧市 foundry:2 can:2.5 large:1.5
"""


def _clusters() -> tuple[Cluster, ...]:
    known = {item.id for item in ARCHETYPES}
    found: list[Cluster] = []
    for line in _TABLE.split("\n"):
        if not line:
            continue
        identifier, weight, prefecture, towns, *mix = line.split()
        pairs = (item.split(":") for item in mix)
        found.append(
            Cluster(
                id=identifier,
                weight=float(weight),
                prefecture=prefecture,
                towns=tuple(towns.split(",")),
                mix={trade: float(factor) for trade, factor in pairs if trade in known},
            )
        )
    return tuple(found)


CLUSTERS: tuple[Cluster, ...] = _clusters()
"""All clusters, in a fixed order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The towns to draw from, M of them.

    Attributes
    ----------
    towns
        Municipalities.
    lat, lon
        (M,) degrees of the town halls.
    prefecture
        (M,) JIS X 0401 number.
    cumulative
        (A, M) cumulative share of the towns for each archetype, ends with 1.
    clustered
        (M,) whether the town belongs to a cluster.
    """

    towns: tuple[Municipality, ...]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    prefecture: NDArray[np.int64]
    cumulative: NDArray[np.float64]
    clustered: NDArray[np.bool_]


def _town(name: str, prefecture: str) -> Municipality:
    for code in (prefecture, None):
        found = find_municipality(name, code)
        if len(found) == 1:
            return found[0]
    raise TermsError(
        f"合成ネットワークの地名「{name}」が市区町村表で一つに決まりません。表を直してください。",
        f"Place {name!r} of the synthetic clusters is not one municipality. Mend the table.",
    )


@cache
def places() -> Places:
    """Return the towns with their shares; computed once."""
    towns: list[Municipality] = []
    weights: list[NDArray[np.float64]] = []
    total = sum(cluster.weight for cluster in CLUSTERS)
    for cluster in CLUSTERS:
        mix = np.array([cluster.mix.get(item.id, 1.0) for item in ARCHETYPES])
        for index, name in enumerate(cluster.towns):
            towns.append(_town(name, cluster.prefecture))
            # The first town is the heart of the cluster.
            part = (2.0 if index == 0 else 1.0) / (len(cluster.towns) + 1)
            weights.append(mix * (cluster.weight / total * part * (1 - SCATTERED_SHARE)))
    clustered = len(towns)
    used = {town.code for town in towns}
    others = [
        town
        for code, town in sorted(municipalities().items())
        if code not in used and town.name.endswith("市") and not town.city
    ]
    towns.extend(others)
    weights.extend([np.full(len(ARCHETYPES), SCATTERED_SHARE / len(others))] * len(others))
    matrix = np.stack(weights, axis=1)
    cumulative = np.cumsum(matrix, axis=1)
    cumulative /= cumulative[:, -1:]
    return Places(
        towns=tuple(towns),
        lat=np.array([town.lat for town in towns]),
        lon=np.array([town.lon for town in towns]),
        prefecture=np.array([int(town.prefecture) for town in towns]),
        cumulative=cumulative,
        clustered=np.arange(len(towns)) < clustered,
    )
