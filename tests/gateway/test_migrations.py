"""The migration gives exactly the tables that the code describes."""

from alembic import command

from kernel.migrations import config_for
from tests.conftest import MIGRATIONS


def test_the_migrated_database_is_what_the_code_describes(gateway_url):
    command.check(config_for(MIGRATIONS["gateway"], gateway_url))
