"""The only source of ids: the same seed and requests give the same ids."""

import hashlib
import uuid

from mockserver.store import Store


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
