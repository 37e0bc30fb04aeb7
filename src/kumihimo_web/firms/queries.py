"""Reading firms: lists, profiles, and whole networks for the library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kumihimo.interop.cell import read_cell, show_cell
from kumihimo.interop.table_spec import Column, table_specs
from kumihimo.model import FirmStatus, Network, Visibility, WorkCalendar, standard_calendar
from kumihimo.model import Site as SiteNoun
from kumihimo.model.capacity import STALE_AFTER_DAYS
from kumihimo_web.accounts.kept import kept
from kumihimo_web.accounts.queries import organisations, own_network
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.design.attention import Attention, Urgency
from kumihimo_web.design.language import language, say
from kumihimo_web.design.templatetags.ja import day
from kumihimo_web.firms.kept_nouns import nouns_of
from kumihimo_web.firms.load_level import LoadLevel, level_of, weeks_from
from kumihimo_web.firms.mapping import folded, network_of, to_noun
from kumihimo_web.firms.models import ROWS, Capability, Firm, Import, NounRow, Site
from kumihimo_web.firms.rules import CLAIMS
from kumihimo_web.firms.spread import with_room

PROFILE_TABLES = ("sites", "capabilities", "equipment", "certificates", "skills", "quality_systems", "capacities")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a profile as it is shown.

    Attributes
    ----------
    text
        What stands there; None where nothing is known.
    """

    column: Column
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of a profile with the values that the viewer may see."""

    row: NounRow
    values: tuple[Value, ...]

    @property
    def told(self) -> list[tuple[str, str]]:
        """Label and text of what is known."""
        return [(say(value.column), value.text) for value in self.values if value.text]


def search(
    *, words: str = "", process: str = "", prefecture: str = "", status: str = "", material: str = "", load: str = ""
) -> QuerySet[Firm]:
    """Return the firms that fit all that is given, by reading of the name.

    Parameters
    ----------
    load
        ``unknown``: nobody knows it; ``free``: there is room this week where the rest is asked for. For coordinators.
    """
    found: QuerySet[Firm] = Firm.objects.all()
    if load == "unknown" and current_scope().is_coordinator:
        found = without_load(timezone.localdate())
    elif load == "free" and current_scope().is_coordinator:
        found = with_room(timezone.localdate(), process=process, prefecture=prefecture)
    for word in folded(words).split():
        found = found.filter(search__contains=word)
    if status:
        found = found.filter(status=status)
    if process or material:
        wanted = {"process": process, "material_family": material}
        rows = Capability.objects.filter(**{key: value for key, value in wanted.items() if value})
        found = found.filter(ref__in=rows.values("firm"))
    if prefecture:
        found = found.filter(ref__in=Site.objects.filter(prefecture=prefecture).values("firm"))
    return found.order_by("name_kana", "ref")


def without_load(today: date) -> QuerySet[Firm]:
    """Return the firms whose load nobody knows any more."""
    fresh = ROWS["capacities"].objects.filter(asked_on__gte=today - timedelta(days=STALE_AFTER_DAYS))
    # Asked firm by firm: gathering the answers of all weeks first takes three times as long.
    found: QuerySet[Firm] = Firm.objects.filter(~Exists(fresh.filter(firm=OuterRef("ref"))), status=FirmStatus.ACTIVE)
    return found


def attention() -> list[Attention]:
    """Return what needs the coordinator in the profiles."""
    today = timezone.localdate()
    unknown = kept("without-load", (today, own_network().state), lambda: without_load(today).count())
    if not unknown:
        return []
    detail = _("14日より古い余力は「不明」として扱われ、計画の納期が甘くなります。まとめて尋ねてください。")
    title = ngettext("余力が分からない企業 %(n)d社", "余力が分からない企業 %(n)d社", unknown) % {"n": unknown}
    address = f"{reverse('firms')}?load=unknown"
    return [
        Attention(
            urgency=Urgency.WEEK, title=title, detail=detail, action=_("企業を見る"), url=address, icon="capacity"
        )
    ]


def firm(ref: str) -> Firm | None:
    """Return a firm that the scope may see."""
    found: Firm | None = Firm.objects.filter(ref=ref).first()
    return found


def row(table: str, ref: str) -> NounRow | None:
    """Return a row that the scope may see."""
    found: NounRow | None = ROWS[table].objects.filter(ref=ref).first()
    return found


def noun(found: NounRow) -> Any:
    """Return the noun of a row, as the library takes it."""
    return to_noun(found)


_MOST_NAMED = 50


def named(words: str) -> list[str]:
    """Return the ids of the firms that are meant by an id, or by a part of the name or its reading."""
    known = firm(words)
    return [known.ref] if known is not None else list(search(words=words).values_list("ref", flat=True)[:_MOST_NAMED])


def names(refs: Iterable[str]) -> dict[str, str]:
    """Return id -> name of those of the firms that the scope may see."""
    return dict(Firm.objects.filter(ref__in=set(refs)).values_list("ref", "name"))


def claims(ref: str) -> dict[str, Any] | None:
    """Return what a capability row says that the firm can do, as JSON; None where there is no such row."""
    found = row("capabilities", ref)
    return None if found is None else {key: found.data[key] for key in CLAIMS if key in found.data}


def references(table: str, firm_ref: str) -> tuple[str, ...]:
    """Return the ids of a table that a row of the firm may name: its own rows, every calendar, every firm."""
    rows = ROWS[table].objects.all()
    if table not in ("firms", "calendars"):
        rows = rows.filter(firm=firm_ref)
    return tuple(rows.order_by("ref").values_list("ref", flat=True))


def new_ref(table: str, firm_ref: str) -> str:
    """Return an id that no row of the table has: the firm's, the table, and the next number."""
    taken = set(ROWS[table]._base_manager.filter(network_id=current_scope().network).values_list("ref", flat=True))
    return next(ref for number in count(1) if (ref := f"{firm_ref}-{table}-{number}") not in taken)


def rows_that_name(table: str, ref: str, firm_ref: str) -> list[tuple[str, str]]:
    """Return (sheet, id) of the rows of a firm that refer to a row."""
    found = []
    for name, spec in table_specs().items():
        columns = [column.name for column in spec.columns if column.refers_to == table]
        if not columns:
            continue
        for row in ROWS[name].objects.filter(firm=firm_ref):
            named = [row.data.get(column) for column in columns]
            if any(ref == one or (isinstance(one, list) and ref in one) for one in named):
                found.append((say(spec, "sheet"), row.ref))
    return found


def has_login(firm_ref: str) -> bool:
    """Return whether the firm has an organisation, so that its people can log in."""
    return organisations().filter(firm=firm_ref).exists()


def sight(firm_ref: str) -> Visibility:
    """Return up to which level the scope sees the values of a firm."""
    return current_scope().sight_of(firm_ref)


def columns_for(table: str, firm_ref: str) -> tuple[Column, ...]:
    """Return the columns of a table that the scope may see of a firm."""
    return table_specs()[table].visible(sight(firm_ref))


def entry(found: NounRow) -> Entry:
    """Return a row with the values that the scope may see."""
    return _entry(found, columns_for(found.table, found.firm))


def _entry(found: NounRow, columns: tuple[Column, ...]) -> Entry:
    noun, lang = to_noun(found), language()
    values = []
    for column in columns:
        shown = show_cell(column, getattr(noun, column.name), lang)
        values.append(Value(column=column, text=None if shown in (None, "") else _text(column, shown)))
    return Entry(row=found, values=tuple(values))


def entries(table: str, firm_ref: str) -> tuple[Entry, ...]:
    """Return the rows of one table of a firm, with what the scope may see of them."""
    columns = columns_for(table, firm_ref)
    return tuple(_entry(found, columns) for found in ROWS[table].objects.filter(firm=firm_ref).order_by("ref"))


def profile(firm_ref: str) -> dict[str, tuple[Entry, ...]]:
    """Return the rows of a firm by table, with what the scope may see of them; hidden tables are absent."""
    shown = {}
    for table in PROFILE_TABLES:
        if columns_for(table, firm_ref):
            shown[table] = entries(table, firm_ref)
    return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWeek:
    """How busy a site is in a week.

    Attributes
    ----------
    level
        The answer that holds; None where nobody knows.
    asked_on
        Day of the answer.
    """

    site: str
    name: str
    week: str
    monday: date
    level: LoadLevel | None
    asked_on: date | None


def calendars_of(firm_ref: str) -> tuple[WorkCalendar, ...]:
    """Return the calendars that the sites of a firm work by; the standard one where none is named."""
    named = {to_noun(site).calendar for site in Site.objects.filter(firm=firm_ref)} - {None, ""}
    found = [to_noun(row) for row in ROWS["calendars"].objects.filter(ref__in=named).order_by("ref")]
    return tuple(found) or (standard_calendar(),)


def sites_of(firm_ref: str) -> tuple[SiteNoun, ...]:
    """Return the sites of a firm, as the library takes them."""
    return tuple(to_noun(found) for found in ROWS["sites"].objects.filter(firm=firm_ref).order_by("ref"))


def loads(firm_ref: str, today: date) -> list[list[SiteWeek]]:
    """Return for every site of a firm the weeks that can be answered."""
    rows = ROWS["capacities"].objects.filter(firm=firm_ref, week__in=[week for week, _ in weeks_from(today)])
    known = {(noun.site, noun.week): noun for noun in map(to_noun, rows) if not noun.process}
    found: list[list[SiteWeek]] = []
    for site in Site.objects.filter(firm=firm_ref).order_by("ref"):
        name = to_noun(site).name or site.ref
        found.append([])
        for week, monday in weeks_from(today):
            answer = known.get((site.ref, week))
            level = None if answer is None else level_of(answer, today)
            asked_on = None if answer is None else answer.asked_on
            found[-1].append(
                SiteWeek(site=site.ref, name=name, week=week, monday=monday, level=level, asked_on=asked_on)
            )
    return found


def whole_network(*tables: str) -> Network:
    """Return everything that the scope may see, as the library takes it; with `tables` named, these alone."""
    own = own_network()
    wanted = {table: model for table, model in ROWS.items() if not tables or table in tables}
    nouns = {table: nouns_of(own.pk, table, model.objects.all()) for table, model in wanted.items()}
    return Network(name=own.name, synthetic=own.synthetic, **nouns)


def capacities_of(refs: Iterable[str]) -> dict[str, list[Any]]:
    """Return firm -> its weeks of capacity, as far as the scope may see them."""
    found: dict[str, list[Any]] = {ref: [] for ref in refs}
    for held in ROWS["capacities"].objects.filter(firm__in=list(found)):
        found[held.firm].append(to_noun(held))
    return found


def imports() -> QuerySet[Import]:
    """Return the workbooks that were sent in, the latest first."""
    found: QuerySet[Import] = Import.objects.defer("content")
    return found


def import_of(pk: int) -> Import | None:
    """Return one of them."""
    return imports().filter(pk=pk).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """A row of an import as it is shown: what would change, value by value."""

    sheet: str
    ref: str
    is_new: bool
    values: tuple[tuple[str, str, str], ...]


def changes_of(held: Import) -> list[ShownChange]:
    """Return what an import would change, in words; hidden values that stand are not told."""
    shown = []
    for change in held.changes:
        spec = table_specs()[change["table"]]
        before = change.get("before", {})
        values = []
        for name, value in change["after"].items():
            column = spec.column(name)
            is_hidden = change["version"] is not None and name not in before
            stood = _("（非公開）") if is_hidden else _shown_json(column, before.get(name))
            values.append((say(column), stood, _shown_json(column, value)))
        shown.append(
            ShownChange(
                sheet=say(spec, "sheet"), ref=change["ref"], is_new=change["version"] is None, values=tuple(values)
            )
        )
    return shown


def _shown_json(column: Column, value: Any) -> str:
    if value is None:
        return "—"
    shown = show_cell(column, read_cell(column, value), language())
    return "—" if shown in (None, "") else _text(column, shown)


def network_of_firm(ref: str) -> Network:
    """Return what the scope may see of one firm, as the library takes it."""
    own = own_network()
    rows = {table: model.objects.filter(firm=ref) for table, model in ROWS.items()}
    rows["calendars"] = ROWS["calendars"].objects.all()
    return network_of(own.name, own.synthetic, rows)


def _text(column: Column, shown: Any) -> str:
    text = f"{shown:,}" if isinstance(shown, int | float) and not isinstance(shown, bool) else str(shown)
    if column.name.endswith("year"):
        text = str(shown)
    elif isinstance(shown, date):
        text = day(shown)
    unit = say(column, "unit")
    return f"{text} {unit}" if unit else text
