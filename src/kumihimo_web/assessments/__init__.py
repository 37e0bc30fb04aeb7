"""Assessments of firms by neutral third parties."""
