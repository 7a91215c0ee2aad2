"""The CAM mapping workbook: read, checked, compared with the mapping, confirmed from a day on, taken back, exported."""
