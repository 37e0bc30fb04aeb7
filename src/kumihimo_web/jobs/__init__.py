"""Long work in worker processes: asked for in a transaction, done once, watched by the browser."""
