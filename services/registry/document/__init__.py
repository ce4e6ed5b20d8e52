"""Reading an official document: text in, proposal out. Pure; nothing here keeps, publishes or knows the time."""
