"""Duplicates are proposed with reasons, and never merged."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from kumihimo.interop.dedupe import Entry, entries_of, find_duplicates
from kumihimo.interop.firm_name import fold_address, fold_kana, fold_name, fold_phone
from kumihimo.model import Network
from kumihimo.terms.corporate_number import check_digit, corporate_number_valid, invoice_number_valid

SABAE = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "sabae" / "company.csv"


@pytest.mark.parametrize(
    "forms",
    [
        ("株式会社髙澤製作所", "㈱高沢製作所", "（株）髙沢製作所", "高澤製作所株式会社", "高沢 製作所(株)"),
        ("有限会社センタープレス", "㈲センタ－プレス", "（有）ｾﾝﾀｰﾌﾟﾚｽ", "センタープレス有限会社"),
        ("合同会社ABC", "ＡＢＣ合同会社", "(同)abc"),
    ],
)
def test_forms_of_one_name_fold_to_one(forms: tuple[str, ...]) -> None:
    assert len({fold_name(form) for form in forms}) == 1


def test_folding_of_kana_address_and_phone() -> None:
    assert fold_kana("カブシキガイシャ ショーワセッケイ") == fold_kana("しょうわせっけい".replace("う", "ー"))
    assert fold_address("福井県鯖江市西山町１３番１号") == fold_address("鯖江市西山町13-1")
    assert fold_address("鯖江市本町二丁目３番地") == fold_address("福井県鯖江市本町２－３")
    assert fold_phone("+81-778-00-1111") == fold_phone("０７７８（００）１１１１")


def test_check_digit_of_corporate_numbers() -> None:
    assert corporate_number_valid("7000012050002")  # National Tax Agency 国税庁
    assert not corporate_number_valid("8000012050002")
    assert not corporate_number_valid("700001205000")
    assert invoice_number_valid("T7000012050002")
    assert not invoice_number_valid("7000012050002")


def test_reasons_are_given_and_different_firms_stay_apart() -> None:
    entries = [
        Entry(id="1", name="㈱架空精機", address="長野県諏訪市架空町1-2", phone="0266-00-1111"),
        Entry(id="2", name="架空精機株式会社", address="諏訪市架空町１丁目２番", phone=""),
        Entry(id="3", name="架空精器", address="", phone="0266001111"),
        Entry(id="4", name="架空鍍金", address="諏訪市架空町1-2"),
        Entry(id="5", name="架空精機株式会社", address="大阪府東大阪市別町9-9"),
    ]
    found = {(item.first, item.second): item for item in find_duplicates(entries)}
    assert "住所が同じ" in found["1", "2"].reasons_ja
    assert "same phone" in found["1", "3"].reasons_en
    assert ("1", "4") not in found
    assert ("1", "5") not in found


def test_two_valid_corporate_numbers_are_two_firms_and_one_is_one() -> None:
    numbers = [f"{check_digit(body)}{body}" for body in ("000012050002", "000020182079")]
    same = {"name": "山本製作所", "address": "鯖江市本町1-1"}
    a, b = (Entry(id=number, corporate_number=number, **same) for number in numbers)
    c = Entry(id="c", name="ヤマモト", corporate_number=numbers[0])
    (found,) = find_duplicates([a, b, c])
    assert (found.first, found.second, found.score) == (numbers[0], "c", 1.0)


def test_entries_of_a_network_carry_the_address_of_the_first_site(network: Network) -> None:
    entry = entries_of(network)[0]
    assert entry.address == "諏訪市架空町1-2-3"
    assert entry.corporate_number == "4000020182079"


def _sabae() -> list[Entry]:
    with SABAE.open(encoding="utf-8-sig", newline="") as file:
        return [
            Entry(
                id=row["corporateID"],
                name=row["corporateName"],
                kana=row["corporateKana"],
                address=row["location"],
                corporate_number=row["corporateID"],
            )
            for row in csv.DictReader(file)
        ]


def _as_somebody_else_types_it(entry: Entry, chance: random.Random) -> Entry:
    """A second entry of the same firm: from another list, without its number, written another way, often misspelt."""
    name, kana, address = entry.name, entry.kana, entry.address
    for long, short in (("株式会社", "㈱"), ("有限会社", "（有）"), ("合同会社", "(同)")):
        if long in name:
            core = name.replace(long, "")
            name = chance.choice([short + core, core + short, core, f"{long} {core}"])
    if chance.random() < 0.4 and len(fold_name(name)) > 4:
        place = chance.randrange(len(name) - 3, len(name)) if chance.random() < 0.5 else chance.randrange(2, len(name))
        typo = chance.choice(["", name[place] * 2, "製", "ー"])
        name = name[:place] + typo + name[place + 1 :]
    if chance.random() < 0.5:
        kana = chance.choice(["", kana.replace("ー", ""), kana.translate({c: c - 0x60 for c in range(0x30A1, 0x30F7)})])
    address = chance.choice(
        [address, address.removeprefix("福井県"), address.replace("－", "の").replace("番地", "番")]
    )
    return Entry(id="copy-" + entry.id, name=name, kana=kana, address=address)


@pytest.mark.shared
def test_planted_duplicates_are_found_in_a_real_list() -> None:
    if not SABAE.exists():
        pytest.skip(f"the shared list of corporations is absent: {SABAE}")
    entries = _sabae()
    assert len(entries) == 2143
    assert all(corporate_number_valid(entry.corporate_number) for entry in entries)
    assert not find_duplicates(entries), "entries with corporate numbers of their own are firms of their own"
    chance = random.Random(7)
    copies = [_as_somebody_else_types_it(entry, chance) for entry in chance.sample(entries, 300)]
    found = {frozenset((item.first, item.second)) for item in find_duplicates([*entries, *copies])}
    planted = {frozenset((copy.id, copy.id.removeprefix("copy-"))) for copy in copies}
    recall = len(found & planted) / len(planted)
    precision = len(found & planted) / len(found)
    assert recall >= 0.95, f"recall {recall:.3f}, precision {precision:.3f}"
    assert precision >= 0.98, f"recall {recall:.3f}, precision {precision:.3f}"
