"""The tables of the benchmark, from the numbers of `run`."""

from __future__ import annotations

from typing import Any

from benchmarks.web import browser, load, pages


def report(found: dict[str, Any]) -> str:
    """Return what was measured as Markdown."""
    parts = [_HEAD]
    for name, write in (("pages", _pages), ("load", _load), ("browser", _browser)):
        if name in found:
            parts.append(write(found[name], found.get("rows", {})))
    return "\n\n".join(parts) + "\n"


_HEAD = """# Web application

Written by `make bench-web`; how it is measured, and what was made faster, stands in
[web-speed](../../docs/explanation/web-speed.md). All data is synthetic."""


def _measured(part: dict[str, Any]) -> str:
    machine = part["machine"]
    told = f"{part['at']}, {machine['cpu']}, {machine['cores']} cores, {machine['memory']}, {machine['system']}."
    return f"{told} {part['note']}".strip()


def _mark(value: float, target: float) -> str:
    return "yes" if value <= target else "**no**"


def _pages(part: dict[str, Any], rows: dict[str, Any]) -> str:
    listed = sorted(part["pages"], key=lambda row: (row["role"] != "peer", -row["p95_ms"]))
    own = [row for row in listed if row["role"] != "peer"]
    within = sum(row["p95_ms"] <= pages.TARGET_MS for row in own)
    by_cpu = sum(row["cpu_ms"] <= pages.TARGET_MS for row in own)
    loads = [row["load"] for row in listed]
    counted = ", ".join(f"{rows[name]:,} {name}" for name in ("Capability", "Capacity", "PlanStep", "PlanMachine"))
    lines = [
        "## Pages, one after the other",
        "",
        f"{_measured(part)} Load average while measuring {min(loads)} to {max(loads)}; above the number of cores",
        "requests wait for other work of the machine.",
        "",
        f"{rows['firms']:,} firms and {rows['orders']:,} open orders on SQLite ({counted}); one web process,",
        f"one request after the other, {part['requests']} a page after {pages.WARM_UPS} that do not count.",
        "Server time is what the access log says, from the first middleware to the last; wall is what the asker",
        "waited; CPU is the processor time of the server a request, which others on the machine disturb",
        "least (ticks of 10 ms).",
        f"Memory of the web process at the end {part['memory_mb']:.0f} MB.",
        "",
        f"Server time p95 within {pages.TARGET_MS:.0f} ms: {within} of {len(own)} addresses;"
        f" CPU within {pages.TARGET_MS:.0f} ms: {by_cpu} of {len(own)}.",
        "",
        "| who | address | p50 ms | p95 ms | wall p95 ms | CPU ms | kB | load | within |",
        "|---|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for row in listed:
        lines.append(
            f"| {row['role']} | `{row['path']}` | {row['p50_ms']:.1f} | {row['p95_ms']:.1f} | {row['wall_p95_ms']:.1f}"
            f" | {row['cpu_ms']:.1f} | {row['kilobytes']:,.1f} | {row['load']} |"
            f" {_mark(row['p95_ms'], pages.TARGET_MS)} |"
        )
    lines += [
        "",
        "The same rows asked of SQLite alone, without Django, rights and page (median):",
        "",
        "| address | ms |",
        "|---|---:|",
        *(f"| `{path}` | {ms:.2f} |" for path, ms in part["plain_ms"].items()),
    ]
    return "\n".join(lines)


def _load(part: dict[str, Any], rows: dict[str, Any]) -> str:
    people = ", ".join(f"{count} {role}" for role, count in part["people"].items())
    every = part["all_ms"]
    errors = "; ".join(f"{what}: {count}" for what, count in part["errors"].items()) or "none"
    lines = [
        "## Fifty people at once",
        "",
        f"{_measured(part)} Load average {part['load'][0]} to {part['load'][1]}, the people's own process included.",
        "",
        f"{part['database']} (fsync off, as the tests use it), {part['workers']} web processes and a worker;"
        f" {sum(part['people'].values())} people ({people}) for {part['seconds']:.0f} s. Everybody opens what the role"
        f" opens, reads {load.THINK_S[0]:.0f} to {load.THINK_S[1]:.0f} s before the next step, and every twentieth step"
        " of a coordinator or a factory writes (an answer of 今週の余力, a changed firm).",
        "",
        f"{every['n']:,} requests, {part['writes']} of them writes, {part['conflicts']} of these told that somebody was"
        f" faster. Errors: {errors}. The web processes used"
        f" {part['cpu_share']:.2f} cores and {part['memory_mb']:.0f} MB.",
        "",
        f"p95 within {load.TARGET_MS:.0f} ms: {_mark(every['p95'], load.TARGET_MS)}.",
        "",
        "| what | n | p50 ms | p95 ms | p99 ms | max ms |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    named = {"all": every, **part["roles_ms"], **{f"`{path}`": value for path, value in part["paths_ms"].items()}}
    for name, one in named.items():
        cells = " | ".join(f"{one[key]:.1f}" for key in ("p50", "p95", "p99", "max"))
        lines.append(f"| {name} | {one['n']:,} | {cells} |")
    return "\n".join(lines)


def _browser(part: dict[str, Any], rows: dict[str, Any]) -> str:
    size = part["kilobytes"]
    lines = [
        "## In the browser",
        "",
        f"{_measured(part)} Chromium {part['demo']['version']}, load average {part['demo']['load']} and"
        f" {part['large']['load']}, empty cache, the machine's own network.",
        "",
        "| what | measured | target | within |",
        "|---|---:|---:|---|",
        f"| script of a form page, gzip | {size['form']} kB | {browser.FORM_KB} kB |"
        f" {_mark(size['form'], browser.FORM_KB)} |",
        f"| script with map and Gantt, gzip | {size['map and gantt']} kB | {browser.ALL_KB} kB |"
        f" {_mark(size['map and gantt'], browser.ALL_KB)} |",
    ]
    for key, name in (("demo", "demo, 300 firms"), ("large", f"{rows.get('firms', 0):,} firms")):
        one = part[key]
        for what, label, target in (
            ("map_ms", "map drawn", browser.TARGET_MS),
            ("gantt_ms", f"Gantt drawn, {one['bars']:,} bars", browser.TARGET_MS),
            ("read_ms", "inquiry read and on screen", browser.TEAMS_MS),
            ("teams_ms", "teams on screen", browser.TEAMS_MS),
        ):
            times = one[what]
            lines.append(
                f"| {label} ({name}), median of {times['n']}, most {times['max']:,} ms | {times['median']:,} ms |"
                f" {target:,.0f} ms | {_mark(times['median'], target)} |"
            )
        lines.append(f"| first teams of a fresh worker ({name}) | {one['first_teams_ms']:,} ms | | |")
    return "\n".join(lines)
