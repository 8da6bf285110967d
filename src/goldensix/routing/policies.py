"""The policies by name, as a merchant chooses one."""

from types import MappingProxyType
from typing import Final, Literal

from goldensix.routing.decide import Policy
from goldensix.routing.idle_hands import IdleHands
from goldensix.routing.least_loaded import LeastLoaded
from goldensix.routing.round_robin import RoundRobin
from goldensix.routing.weighted import Weighted

PolicyName = Literal["idle_hands", "least_loaded", "round_robin", "weighted"]
POLICIES: Final[MappingProxyType[PolicyName, Policy]] = MappingProxyType(
    {
        "idle_hands": IdleHands(),
        "least_loaded": LeastLoaded(),
        "round_robin": RoundRobin(),
        "weighted": Weighted(),
    }
)
