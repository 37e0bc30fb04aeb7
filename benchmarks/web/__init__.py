"""How fast the web application answers: pages, many users at once, and the browser."""
