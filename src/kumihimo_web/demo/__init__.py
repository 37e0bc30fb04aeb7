"""The demo: a synthetic network with somebody of every role, so that there is something to do on every page."""
