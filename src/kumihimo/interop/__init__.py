"""Networks in and out: workbook, CSV folder, JSON, duplicates, and the one-page profile sheet of a firm."""

from kumihimo.interop.assemble import ReadResult
from kumihimo.interop.csv_folder import read_csv_folder, write_csv_folder
from kumihimo.interop.network_json import network_to_json, read_json, write_json
from kumihimo.interop.read_network import read_network, read_raw, write_network
from kumihimo.interop.rejects import write_rejects
from kumihimo.interop.template import write_template
from kumihimo.interop.workbook_read import read_workbook
from kumihimo.interop.workbook_write import write_workbook

__all__ = [
    "ReadResult",
    "network_to_json",
    "read_csv_folder",
    "read_json",
    "read_network",
    "read_raw",
    "read_workbook",
    "write_csv_folder",
    "write_json",
    "write_network",
    "write_rejects",
    "write_template",
    "write_workbook",
]
