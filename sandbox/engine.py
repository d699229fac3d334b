"""Connections to the Docker engine that the environment names (DOCKER_HOST and its kin)."""

import os
import socket
from typing import Any

import docker
from docker.constants import DEFAULT_UNIX_SOCKET
from docker.transport import UnixHTTPAdapter


def connect(seconds: float) -> docker.DockerClient:
    """A client for one thread, whose every call is bounded by that many seconds.

    Raises OSError or docker.errors.DockerException where no engine answers.
    """
    _knock(os.environ.get("DOCKER_HOST") or DEFAULT_UNIX_SOCKET)
    client = docker.from_env(timeout=int(seconds))
    api: Any = client.api
    if isinstance(api._custom_adapter, UnixHTTPAdapter):
        api._custom_adapter = _OnePool(f"http+unix://{api._custom_adapter.socket_path}", int(seconds))
        api.mount("http+docker://", api._custom_adapter)
    return client


class _OnePool(UnixHTTPAdapter):
    """docker-py pools connections by the whole URL, and so makes one for every call about a container.

    Up to 25 of them stay open for each thread, and none is used again.
    """

    def get_connection(self, url: str | bytes, proxies: Any = None) -> Any:
        return super().get_connection("http+docker://localhost", proxies)


def _knock(address: str) -> None:
    """docker-py leaves a socket open for each attempt at an engine that is not there."""
    scheme, _, path = address.partition("://")
    if "unix" in scheme:
        with socket.socket(socket.AF_UNIX) as door:
            door.connect("/" + path.lstrip("/"))
