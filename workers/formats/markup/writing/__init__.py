"""The blocks of an Article → XHTML, HTML5 and NITF."""
