"""A Ray cluster of several node processes on one machine, whose nodes can be killed."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import psutil

NODES = 2
"""Beside the first one, which cannot be lost: the run's own process is on it."""

QUICK = {
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 1_000,
    "health_check_timeout_ms": 5_000,
}
"""Ray notices a lost node after five such periods, instead of after fifteen seconds and more."""


class NodeProcesses:
    """A cluster of a first node and NODES others, of one core each."""

    def __init__(self, cluster: Any) -> None:
        self._cluster = cluster
        self._nodes: list[Any] = []
        self.address = str(cluster.address)
        self.replace_lost()

    @classmethod
    @contextmanager
    def started(cls) -> Iterator[NodeProcesses]:
        """A cluster while the block runs."""
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        first = {"num_cpus": 1, "include_dashboard": False, "_system_config": QUICK}
        cluster = import_module("ray.cluster_utils").Cluster(initialize_head=True, head_node_args=first)
        try:
            yield cls(cluster)
        finally:
            cluster.shutdown()

    def replace_lost(self) -> None:
        """Add nodes for those that were killed."""
        while len(self._nodes) < NODES:
            self._nodes.append(self._cluster.add_node(num_cpus=1))

    def kill_one(self, draw: random.Random) -> None:
        """Kill one of the other nodes with all its processes."""
        if not self._nodes:
            return
        raylet = self._raylet(self._nodes.pop(draw.randrange(len(self._nodes))))
        for process in [raylet, *raylet.children(recursive=True)]:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue

    def workers(self) -> list[psutil.Process]:
        """The processes in which parts are read and done."""
        nodes = [self._cluster.head_node, *self._nodes]
        processes = [process for node in nodes for process in self._raylet(node).children(recursive=True)]
        return [process for process in processes if process.name().startswith(("ray::Map", "ray::map"))]

    def _raylet(self, node: Any) -> psutil.Process:
        return psutil.Process(node.all_processes["raylet"][0].process.pid)
