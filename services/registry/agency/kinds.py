"""The kinds of agencies. What a group word means in kinds is data, not code."""

from enum import StrEnum


class AgencyKind(StrEnum):
    """What an agency is."""

    APEX = "apex"
    MINISTRY = "ministry"
    MINISTERIAL_AGENCY = "ministerial_agency"
    GOVERNMENT_AGENCY = "government_agency"
    DEPARTMENT = "department"
    PROVINCIAL_PEOPLES_COMMITTEE = "provincial_peoples_committee"
    PROVINCIAL_DEPARTMENT = "provincial_department"
    PROVINCIAL_SECURITY = "provincial_security"
    PROVINCIAL_OFFICE = "provincial_office"
    PROVINCIAL_MASS_ORG = "provincial_mass_org"
    CENTRAL_BRANCH = "central_branch"
    MASS_ORG = "mass_org"
    PROFESSIONAL_ORG = "professional_org"
    JUDICIARY = "judiciary"
    STATE_BODY = "state_body"
    STATE_BANK = "state_bank"
    PARTY_BODY = "party_body"
    EDUCATION_INSTITUTION = "education_institution"
    WORKING_GROUP = "working_group"
    INTL_ORG = "intl_org"
    EMBASSY = "embassy"
    CONSULATE_GENERAL = "consulate_general"
    PERMANENT_MISSION = "permanent_mission"
    ECONOMIC_CULTURAL_OFFICE = "economic_cultural_office"


MISSION_KINDS = frozenset(
    {
        AgencyKind.EMBASSY,
        AgencyKind.CONSULATE_GENERAL,
        AgencyKind.PERMANENT_MISSION,
        AgencyKind.ECONOMIC_CULTURAL_OFFICE,
    }
)
"""The missions abroad: they have a host country, a city and a time zone of their own."""
