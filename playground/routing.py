from django.urls import path

from playground.consumers import SubmissionConsumer

websockets = [path("ws/submissions/<uuid:submission>/", SubmissionConsumer.as_asgi())]
