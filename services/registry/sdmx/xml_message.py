"""Structures as SDMX-ML 3.0."""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

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

MEDIA_TYPE = "application/vnd.sdmx.structure+xml;version=3.0.0"
NAMESPACE = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ORDER = (
    (StructureKind.AGENCY_SCHEME, "AgencySchemes", "AgencyScheme", "Agency"),
    (StructureKind.DATA_CONSUMER_SCHEME, "DataConsumerSchemes", "DataConsumerScheme", "DataConsumer"),
    (StructureKind.DATAFLOW, "Dataflows", "", ""),
    (StructureKind.DATA_PROVIDER_SCHEME, "DataProviderSchemes", "DataProviderScheme", "DataProvider"),
    (
        StructureKind.ORGANISATION_UNIT_SCHEME,
        "OrganisationUnitSchemes",
        "OrganisationUnitScheme",
        "OrganisationUnit",
    ),
    (StructureKind.PROVISION_AGREEMENT, "ProvisionAgreements", "", ""),
)
"""The order in which the schema wants the containers, with the names of schemes and of their members."""


def write_xml(structures: Structures, header: Header) -> bytes:
    """Return the message."""
    spaces = {f"xmlns:{prefix}": NAMESPACE + name for prefix, name in SPACES.items()}
    message = Element("mes:Structure", spaces)
    _write_header(SubElement(message, "mes:Header"), header)
    body = SubElement(message, "mes:Structures")
    for kind, container, scheme, member in ORDER:
        _write_container(body, structures, kind, container, scheme, member)
    written: bytes = tostring(message, encoding="utf-8", xml_declaration=True)
    return written


SPACES = {"mes": "message", "str": "structure", "com": "common"}


def _write_header(place: Element, header: Header) -> None:
    _text(place, "mes:ID", header.id)
    _text(place, "mes:Test", str(header.test).lower())
    _text(place, "mes:Prepared", header.prepared_at)
    SubElement(place, "mes:Sender", {"id": OWNER})


def _write_container(
    body: Element, structures: Structures, kind: StructureKind, container: str, scheme: str, member: str
) -> None:
    schemes = [one for one in structures.schemes if one.kind is kind]
    flows = structures.flows if kind is StructureKind.DATAFLOW else ()
    agreements = structures.agreements if kind is StructureKind.PROVISION_AGREEMENT else ()
    if not (schemes or flows or agreements):
        return
    place = SubElement(body, f"str:{container}")
    for one in schemes:
        _write_scheme(place, one, scheme, member)
    for flow in flows:
        _write_flow(place, flow)
    for agreement in agreements:
        _write_agreement(place, agreement)


def _write_scheme(place: Element, scheme: Scheme, name: str, member: str) -> None:
    shown = SubElement(place, f"str:{name}", {"id": scheme.id, "agencyID": OWNER})
    _write_names(shown, scheme.names)
    for one in scheme.organisations:
        _write_organisation(SubElement(shown, f"str:{member}", {"id": one.id}), one)


def _write_organisation(shown: Element, one: Organisation) -> None:
    _write_notes(shown, one.notes)
    _write_names(shown, one.names)
    if one.parent is not None:
        _text(shown, "str:Parent", one.parent)


def _write_flow(place: Element, flow: Flow) -> None:
    shown = SubElement(place, "str:Dataflow", _maintained(flow.id, flow))
    _write_notes(shown, flow.notes)
    _write_names(shown, flow.names)


def _write_agreement(place: Element, one: Agreement) -> None:
    shown = SubElement(place, "str:ProvisionAgreement", _maintained(one.id, one.flow))
    _write_notes(shown, one.notes)
    _write_names(shown, one.names)
    _text(shown, "str:Dataflow", one.flow.urn)
    _text(shown, "str:DataProvider", one.provider_urn)


def _maintained(code: str, flow: Flow) -> dict[str, str]:
    days = {"validFrom": flow.valid_from, "validTo": flow.valid_to}
    given = {name: value for name, value in days.items() if value is not None}
    return {"id": code, "agencyID": OWNER, "version": flow.version, **given}


def _write_names(place: Element, names: Names) -> None:
    _text(place, "com:Name", names.vi, {"xml:lang": "vi"})
    _text(place, "com:Name", names.en, {"xml:lang": "en"})


def _write_notes(place: Element, notes: Iterable[Note]) -> None:
    notes = tuple(notes)
    if not notes:
        return
    listed = SubElement(place, "com:Annotations")
    for note in notes:
        shown = SubElement(listed, "com:Annotation", {"id": note.id})
        _text(shown, "com:AnnotationValue", note.value)


def _text(place: Element, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    """Write a text; what XML cannot hold, not even escaped, becomes the replacement character."""
    SubElement(place, name, attributes or {}).text = NOT_IN_XML.sub("\ufffd", text)
