"""Clients as they go over the wire."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from gateway.client.groups import EVERY_GROUP, Group
from gateway.client.tables import Client, ClientSecret
from kernel.callers import SCOPES
from kernel.clock import VIETNAM
from kernel.text import Text

Scope = Annotated[
    str,
    Field(
        pattern=rf"^({'|'.join(SCOPES)}|{EVERY_GROUP}:[a-z0-9_.-]{{1,64}})$",
        description="`data:confidential` opens every group of confidential indicators in the lines of the agency, "
        "`data:confidential:trafficking` that group alone; an unknown group is refused with all that there are.",
    ),
]


def _once_each(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise ValueError("each value may stand here once")
    return values


def _shown(instant: datetime) -> datetime:
    return instant.astimezone(VIETNAM)


Name = Annotated[Text, Field(min_length=1, max_length=200, description="What people call the system.")]
Code = Annotated[Text, Field(min_length=1, max_length=80)]
Scopes = Annotated[list[Scope], Field(min_length=1, max_length=40), AfterValidator(_once_each)]
Plans = Annotated[
    list[Code],
    Field(max_length=20, description="The plans it is limited to; empty means all."),
    AfterValidator(_once_each),
]
Expiry = Annotated[AwareDatetime, Field(description="Real time after which it gets no token.")]
Instant = Annotated[datetime, AfterValidator(_shown)]


class ClientCreate(BaseModel):
    """A system that shall call on behalf of an agency."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Phần mềm báo cáo Sở Nội vụ Hà Tĩnh",
                    "agency": "HT-SNV",
                    "scopes": ["registry:read", "submissions:read", "submissions:write"],
                    "plans": [],
                }
            ]
        },
    )

    name: Name
    agency: Annotated[Code, Field(description="Code of the agency it belongs to, for good.")]
    scopes: Scopes
    plans: Plans = []
    expires_at: Expiry | None = None


class ClientUpdate(BaseModel):
    """What changes about a client; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"enabled": False}]})

    name: Name | None = None
    scopes: Scopes | None = None
    plans: Plans | None = None
    enabled: Annotated[bool | None, Field(description="false: no new token, and those out die at once.")] = None
    expires_at: Annotated[AwareDatetime | None, Field(description="null: no end.")] = None

    @model_validator(mode="after")
    def _only_expiry_may_be_null(self) -> Self:
        named = self.model_fields_set - {"expires_at"}
        nulls = sorted(name for name in named if getattr(self, name) is None)
        if nulls:
            raise ValueError(f"must not be null: {', '.join(nulls)}")
        return self


class SecretRotate(BaseModel):
    """How the change to a new secret goes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"grace_hours": 48}]})

    grace_hours: Annotated[
        int,
        Field(
            ge=0,
            le=720,
            description="How long the old secret works beside the new one. 0 also kills tokens that are out.",
        ),
    ] = 168


class SecretRead(BaseModel):
    """One valid secret: when it was made and when it ends; never its text."""

    created_at: Instant
    expires_at: Instant | None


class ClientRead(BaseModel):
    """A client."""

    client_id: str
    name: str
    agency: str
    scopes: list[str]
    plans: list[str]
    enabled: bool
    expires_at: Instant | None
    created_at: Instant
    last_used_at: Annotated[Instant | None, Field(description="Last token issued, to the minute.")]
    secrets: list[SecretRead]

    @classmethod
    def of(cls, client: Client, secrets: list[ClientSecret]) -> Self:
        """Show a client and its secrets that still count."""
        return cls(
            client_id=client.id,
            name=client.name,
            agency=client.agency,
            scopes=client.scopes,
            plans=client.plans,
            enabled=client.enabled,
            expires_at=client.expires_at,
            created_at=client.created_at,
            last_used_at=client.last_used_at,
            secrets=[SecretRead(created_at=s.created_at, expires_at=s.expires_at) for s in secrets],
        )


class ClientCreated(ClientRead):
    """A new client with its secret, which is shown this once."""

    client_secret: Annotated[str, Field(description="Keep it now; it is not shown again but to a repeat.")]


class SecretRotated(BaseModel):
    """The new secret, shown this once."""

    client_id: str
    client_secret: str
    previous_expires_at: Annotated[Instant, Field(description="Until then the old secret works too.")]


class Ability(BaseModel):
    """What one scope lets the caller do."""

    scope: str
    vi: str
    en: str
    doors: list[str]


class GroupRead(BaseModel):
    """One group of confidential indicators."""

    group: str
    vi: str
    en: str

    @classmethod
    def of(cls, group: Group) -> Self:
        """Show a group."""
        return cls(group=group.code, vi=group.vi, en=group.en)


class MyAgency(BaseModel):
    """The caller's agency; names are null while the registry has not told them."""

    id: str
    name_vi: str | None
    name_en: str | None


class Me(BaseModel):
    """Who the caller is and what it may do."""

    client_id: str
    name: str
    agency: MyAgency
    scopes: Annotated[list[str], Field(description="Of this token; the client may hold more.")]
    plans: list[str]
    expires_at: Instant | None
    sandbox: bool
    may: list[Ability]
    confidential: Annotated[
        list[GroupRead], Field(description="The groups of confidential indicators that its scopes open.")
    ]
