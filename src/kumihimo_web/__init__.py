"""The web application: a thin Django shell over the library `kumihimo`; it holds no algorithm."""
