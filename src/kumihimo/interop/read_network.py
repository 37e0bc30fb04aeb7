"""Reading and writing a network whatever its format: by what a file holds, not by what its name says."""

from __future__ import annotations

from pathlib import Path

from kumihimo import intake
from kumihimo.errors import FileRefused, InputError
from kumihimo.interop.assemble import ReadResult, assemble
from kumihimo.interop.raw import RawNetwork
from kumihimo.model import Network, Visibility


def read_raw(path: Path) -> RawNetwork:
    """Read the tables of a workbook, a folder of CSV files or a JSON document as they stand; raises `FileRefused`."""
    if path.is_dir():
        suffixes = {item.suffix.lower() for item in path.iterdir()}
        if not suffixes & {".csv", ".tsv"} and suffixes & {".npy", ".npz"}:
            raise FileRefused(
                f"{path.name}: 大規模な列形式のネットワークです（ライブラリの MatchIndex.load と計測用）。"
                "コマンドには Excel・JSON・CSVフォルダを指定してください。",
                f"{path.name} is a large columnar network, for MatchIndex.load in the library and for benchmarks; "
                "the commands need a workbook, a CSV folder or a JSON document.",
            )
        from kumihimo.interop.csv_folder import read_raw_csv_folder

        return read_raw_csv_folder(path)
    head = intake.read_bytes(path)[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        from kumihimo.interop.network_json import read_raw_json

        return read_raw_json(path)
    if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or path.suffix.lower() in (".xlsx", ".xlsm", ".xls"):
        from kumihimo.interop.workbook_read import read_raw_workbook

        return read_raw_workbook(path)
    raise FileRefused(
        f"{path.name}: ネットワークのファイルではありません。Excel(.xlsx)・JSON・CSVのフォルダを指定してください。",
        f"{path.name} is no network: name a workbook (.xlsx), a JSON document or a folder of CSV files.",
    )


def read_network(
    path: Path, *, keep_going: bool = False, base: Network | None = None, replace: bool = False
) -> ReadResult:
    """Read a network from a workbook, a folder of CSV files or a JSON document.

    Parameters
    ----------
    path
        File or folder.
    keep_going
        Return the good rows and the problems instead of raising.
    base
        A network that is added to.
    replace
        Rows of the file take the place of rows of the base that have the same id.

    Raises
    ------
    FileRefused
        With the reason.
    LocatedErrors
        All problems, when there are any and `keep_going` is false.
    """
    return assemble(read_raw(path), keep_going=keep_going, base=base, replace=replace)


def write_network(network: Network, path: Path, *, viewer: Visibility = Visibility.OWN) -> None:
    """Write a network in the format that the name asks for: ``.xlsx``, ``.json``, or a folder of CSV files.

    Raises
    ------
    InputError
        The name asks for another format, or the file cannot be written.
    """
    check_target(path)
    match path.suffix.lower():
        case ".xlsx":
            from kumihimo.interop.workbook_write import write_workbook

            write_workbook(network, path, viewer=viewer)
        case ".json":
            from kumihimo.interop.network_json import write_json

            write_json(network, path, viewer=viewer)
        case _:
            from kumihimo.interop.csv_folder import write_csv_folder

            write_csv_folder(network, path, viewer=viewer)


def check_target(path: Path) -> None:
    """Refuse a target that no network is written to, before any work is done; raises `InputError`."""
    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".json", ""):
        raise InputError(
            f"{path.name}: 「{suffix}」では書き出せません。.xlsx、.json、またはフォルダ名（CSV）にしてください。",
            f"{path.name}: cannot write {suffix!r}; name a .xlsx, a .json or a folder (CSV).",
        )
    if not path.parent.is_dir():
        raise InputError(
            f"{path}: 書き込めません（フォルダ {path.parent} がありません）。先に作ってください。",
            f"{path} cannot be written: there is no folder {path.parent}; make it first.",
        )
