"""The REST API as an ASGI and a WSGI application, and the requests and responses of web frameworks."""
