"""The missions abroad are agencies: their names, built from the country's name where the file gives no own one."""

from babel import Locale

from services.registry.agency.kinds import AgencyKind
from services.registry.reference import Line

VIETNAMESE = Locale("vi")


def name_in_vietnamese(mission: Line) -> str:
    """Return the mission's Vietnamese name; country names are those of CLDR."""
    country = VIETNAMESE.territories[mission["host_iso2"]]
    if mission["own_name_vi"]:
        return mission["own_name_vi"]
    if mission["kind"] == AgencyKind.EMBASSY:
        return f"Đại sứ quán Việt Nam tại {country}"
    return f"Tổng Lãnh sự quán Việt Nam tại {mission['city_en']}, {country}"


def name_in_english(mission: Line) -> str:
    """Return the mission's English name."""
    if mission["own_name_en"]:
        return mission["own_name_en"]
    if mission["kind"] == AgencyKind.EMBASSY:
        return f"Embassy of Viet Nam in {mission['host_name_en']}"
    return f"Consulate General of Viet Nam in {mission['city_en']}, {mission['host_name_en']}"
