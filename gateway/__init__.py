"""The only public door: who calls, what it may ask for, which service answers. No rule of the domain."""
