"""Bytes to a faithful Document with boxes and page images; audits its own faithfulness."""
