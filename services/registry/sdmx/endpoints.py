"""The door through which systems that speak SDMX read agencies and obligations."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from kernel.etags import etag_of, is_known
from kernel.web import Router
from services.registry.dependencies import AsOf, Reader
from services.registry.sdmx.dependencies import Exports, Format
from services.registry.sdmx.json_message import MEDIA_TYPE as JSON
from services.registry.sdmx.model import StructureKind
from services.registry.sdmx.xml_message import MEDIA_TYPE as XML

router = Router(prefix="/v1/sdmx", tags=["sdmx"])

MESSAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A structure message, in the format that `Accept` asks for; default SDMX-JSON.",
        "content": {JSON: {"schema": {"type": "object"}}, XML: {"schema": {"type": "string"}}},
    },
    304: {"description": "The reader has this message already."},
}


@router.get("/structure/{kind}", response_class=Response, responses=MESSAGE)
async def get_structure(
    kind: StructureKind, request: Request, reader: Reader, exports: Exports, as_of: AsOf, media_type: Format
) -> Response:
    """Read agencies and obligations as SDMX structures as of a day, in SDMX-JSON 2.0 or SDMX-ML 3.0.

    Agencies that exist then are the agency scheme and, with those above them, the organisation units. Who owes
    something is a data provider, who receives a data consumer. An obligation in force is a dataflow, each of its
    reporters a provision agreement. What SDMX has no field for is an annotation. No contact data.
    """
    message = await exports.write(reader, kind, as_of, media_type)
    headers = {
        "ETag": etag_of(message.version, message.media_type),
        "Vary": "Accept",
        "Content-Language": "vi, en",
    }
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(message.content, media_type=message.media_type, headers=headers)
