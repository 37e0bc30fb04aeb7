"""Distances, and what a truck between two sites costs in minutes, yen and kg of CO2."""

from kumihimo.logistics.distance import EARTH_RADIUS_KM, great_circle_km, great_circle_km_many
from kumihimo.logistics.matrix_csv import read_matrix_csv
from kumihimo.logistics.transport import FormulaTransport, Leg, MatrixTransport, Transport

__all__ = [
    "EARTH_RADIUS_KM",
    "FormulaTransport",
    "Leg",
    "MatrixTransport",
    "Transport",
    "great_circle_km",
    "great_circle_km_many",
    "read_matrix_csv",
]
