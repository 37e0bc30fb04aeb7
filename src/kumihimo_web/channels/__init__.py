"""How words reach a firm and come from it: mail, FAX, LINE, web, phone."""
