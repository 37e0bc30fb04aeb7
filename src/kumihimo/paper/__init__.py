"""On whose paper: documents and forms out, forms back in.

`reply_forms` says where every box lies, `form` writes the PDF, `reading` reads what comes back.
"""
