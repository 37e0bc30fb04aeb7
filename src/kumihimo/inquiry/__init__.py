"""Reading an inquiry: text, forms, drawings."""
