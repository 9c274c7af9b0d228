"""The client API and the session store. They run on CPython, Pyodide and MicroPython."""
