"""Which tokens and clients fell out of favour lately, kept in the memory of every gateway process."""


class Standing:
    """Revoked tokens, and for each client changed lately the generation its tokens must have.

    Both only move one way, so what this process did itself and what the database tells later can be merged
    in any order. A client's generation rises when it is disabled or loses a right.
    """

    def __init__(self) -> None:
        self._revoked: dict[str, float] = {}
        self._generations: dict[str, int] = {}
        self.heard_at: float | None = None

    def holds(self, jti: str, client_id: str, generation: int) -> bool:
        """Say whether a token is still in favour."""
        return jti not in self._revoked and generation >= self._generations.get(client_id, 0)

    def revoke(self, jti: str, expires_at: float) -> None:
        """Refuse this token from now on."""
        self._revoked[jti] = expires_at

    def raise_generation(self, client_id: str, generation: int) -> None:
        """Refuse this client's tokens of an older generation from now on."""
        if generation > self._generations.get(client_id, 0):
            self._generations[client_id] = generation

    def hear(self, revoked: dict[str, float], generations: dict[str, int], *, now: float) -> None:
        """Take in what the database knows, and forget tokens that expired anyway."""
        self._revoked.update(revoked)
        for client_id, generation in generations.items():
            self.raise_generation(client_id, generation)
        for jti in [jti for jti, expires_at in self._revoked.items() if expires_at <= now]:
            del self._revoked[jti]
        self.heard_at = now
