"""Connections to the Docker engine that the environment names (DOCKER_HOST and its kin)."""

import os
import socket

import docker
from docker.constants import DEFAULT_UNIX_SOCKET


def connect(seconds: float) -> docker.DockerClient:
    """A client for one thread, whose every call is bounded by that many seconds.

    Raises OSError or docker.errors.DockerException where no engine answers.
    """
    _knock(os.environ.get("DOCKER_HOST") or DEFAULT_UNIX_SOCKET)
    return docker.from_env(timeout=int(seconds))


def _knock(address: str) -> None:
    """docker-py leaves a socket open for each attempt at an engine that is not there."""
    scheme, _, path = address.partition("://")
    if "unix" in scheme:
        with socket.socket(socket.AF_UNIX) as door:
            door.connect("/" + path.lstrip("/"))
