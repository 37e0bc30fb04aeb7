"""How every page looks: the frame, the navigation, small parts, dates and numbers."""
