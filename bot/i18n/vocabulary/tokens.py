"""What a text is split into."""

from typing import NamedTuple


class Token(NamedTuple):
    """A concept, a number, a sign or an unknown word, and the source text it was read from."""

    kind: str
    source: str

    @property
    def is_known(self) -> bool:
        """Whether this is a concept, a number or a sign, not an unknown word."""
        return self.kind.isupper() or not self.kind.isalpha()
