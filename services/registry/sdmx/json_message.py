"""Structures as SDMX-JSON 2.0.0."""

from collections.abc import Iterable
from typing import Any

import orjson

from services.registry.sdmx.model import (
    OWNER,
    Agreement,
    Flow,
    Header,
    Names,
    Note,
    Organisation,
    Scheme,
    StructureKind,
    Structures,
)

MEDIA_TYPE = "application/vnd.sdmx.structure+json;version=2.0.0"
SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/"
    "sdmx-json-structure-schema.json"
)
SCHEMES = {
    StructureKind.AGENCY_SCHEME: ("agencySchemes", "agencies"),
    StructureKind.DATA_PROVIDER_SCHEME: ("dataProviderSchemes", "dataProviders"),
    StructureKind.DATA_CONSUMER_SCHEME: ("dataConsumerSchemes", "dataConsumers"),
    StructureKind.ORGANISATION_UNIT_SCHEME: ("organisationUnitSchemes", "organisationUnits"),
}


def write_json(structures: Structures, header: Header) -> bytes:
    """Return the message."""
    meta = {
        "schema": SCHEMA,
        "id": header.id,
        "test": header.test,
        "prepared": header.prepared_at,
        "contentLanguages": ["vi", "en"],
        "sender": {"id": OWNER},
    }
    return orjson.dumps({"meta": meta, "data": content_of(structures)})


def content_of(structures: Structures) -> dict[str, Any]:
    """Return the content without its header."""
    content: dict[str, Any] = {}
    for scheme in structures.schemes:
        place, members = SCHEMES[scheme.kind]
        content[place] = [_scheme(scheme, members)]
    content["dataflows"] = [_flow(one) for one in structures.flows]
    content["provisionAgreements"] = [_agreement(one) for one in structures.agreements]
    return {name: found for name, found in content.items() if found}


def _scheme(scheme: Scheme, members: str) -> dict[str, Any]:
    shown = {"id": scheme.id, "agencyID": OWNER, **_named(scheme.names)}
    organisations = [_organisation(one) for one in scheme.organisations]
    return {**shown, members: organisations} if organisations else shown


def _organisation(one: Organisation) -> dict[str, Any]:
    return {"id": one.id, **_named(one.names), **_given(parent=one.parent), **_annotated(one.notes)}


def _flow(flow: Flow) -> dict[str, Any]:
    return {
        "id": flow.id,
        "agencyID": OWNER,
        "version": flow.version,
        **_given(validFrom=flow.valid_from, validTo=flow.valid_to),
        **_named(flow.names),
        **_annotated(flow.notes),
    }


def _agreement(one: Agreement) -> dict[str, Any]:
    return {
        "id": one.id,
        "agencyID": OWNER,
        "version": one.flow.version,
        **_given(validFrom=one.flow.valid_from, validTo=one.flow.valid_to),
        **_named(one.names),
        **_annotated(one.notes),
        "dataflow": one.flow.urn,
        "dataProvider": one.provider_urn,
    }


def _named(names: Names) -> dict[str, Any]:
    return {"name": names.vi, "names": {"vi": names.vi, "en": names.en}}


def _annotated(notes: Iterable[Note]) -> dict[str, Any]:
    return {"annotations": [{"id": note.id, "value": note.value} for note in notes]}


def _given(**facts: str | None) -> dict[str, str]:
    return {name: value for name, value in facts.items() if value is not None}
