"""The only source of ids and of chance: the same seed and requests give the same."""

import hashlib
import uuid

from mockserver.store import Store


def fraction(seed: int, *place: str | int) -> float:
    """Draw a number from 0 to below 1: the same seed and place give the same one."""
    digest = hashlib.blake2b(repr(place).encode(), digest_size=8, key=str(seed).encode()).digest()
    return (int.from_bytes(digest, "big") >> 11) / (1 << 53)


class Ids:
    """A sandbox's source of ids."""

    def __init__(self, store: Store, seed: int) -> None:
        """Draw from this store's counter, with this seed."""
        self._store = store
        self.reseed(seed)

    def reseed(self, seed: int) -> None:
        """Take another seed, for the ids to come."""
        self._key = str(seed).encode()

    def uuid(self) -> str:
        """Draw an id in the form of a version 4 UUID, lower case."""
        number = self._store.draw()
        digest = hashlib.blake2b(number.to_bytes(8, "big"), digest_size=16, key=self._key).digest()
        return str(uuid.UUID(bytes=digest, version=4))
