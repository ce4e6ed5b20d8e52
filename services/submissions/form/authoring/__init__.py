"""How our forms are put together from the reference lists. Used to write forms, never to read them."""
