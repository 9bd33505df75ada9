"""The portal with its static files, which in production are collected beforehand."""

from django.contrib.staticfiles.handlers import StaticFilesHandler

from conciliazione.wsgi import application as portal

application = StaticFilesHandler(portal)
