"""Works in LibreOffice as a clerk does: opens a file, types into cells, saves. Run by the Python that has `uno`.

One JSON object a line comes in, what is to be done and with what; one answer goes out. Typing goes through the
program's own reading of input in the Vietnamese locale, so that a decimal comma is one.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import uno  # comes with LibreOffice (python3-uno), not from the packages of this repository
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

FILTERS = {
    "xlsx": ("Calc MS Excel 2007 XML", ""),
    "ods": ("calc8", ""),
    "csv": ("Text - txt - csv (StarCalc)", "59,34,76,1,,1066,false,true,false"),
}
"""A CSV with semicolons, in UTF-8, by the habits of Viet Nam (1066), with the cells as they are shown."""
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>vi-VN</value>
</prop></item></oor:items>"""
PATIENCE = 60


def said(**properties):
    values = []
    for name, value in properties.items():
        one = PropertyValue()
        one.Name, one.Value = name, value
        values.append(one)
    return tuple(values)


class Typist:
    """A clerk at a spreadsheet."""

    def __init__(self, folder: Path) -> None:
        (folder / "user").mkdir(parents=True)
        (folder / "user" / "registrymodifications.xcu").write_text(SETTINGS)
        pipe = f"gcm{os.getpid()}"
        words = ["--headless", "--norestore", "--nologo", "--nodefault", f"--accept=pipe,name={pipe};urp;"]
        place = f"-env:UserInstallation={folder.as_uri()}"
        self._office = subprocess.Popen(["soffice", place, *words], stdout=sys.stderr)
        context = _connected(pipe)
        services = context.ServiceManager
        self._desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self._book = None

    def open(self, path: str) -> None:
        how = said(Hidden=True)
        if path.endswith(".csv"):
            name, options = FILTERS["csv"]
            how = said(Hidden=True, FilterName=name, FilterOptions=options)
        self._book = self._desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, how)
        assert self._book is not None, path

    def type(self, cells: list[tuple[str, str]]) -> None:
        """Write into each cell, such as `LABOUR!C7`, as if typed: the program makes of it what the locale says."""
        for place, text in cells:
            self._at(place).getCellByPosition(0, 0).FormulaLocal = text

    def merge(self, place: str) -> None:
        """Join cells; the protection of the template has no password."""
        self._book.Sheets.getByName(place.rsplit("!", 1)[0]).unprotect("")
        self._at(place).merge(True)

    def _at(self, place: str):
        sheet, cells = place.rsplit("!", 1)
        return self._book.Sheets.getByName(sheet).getCellRangeByName(cells)

    def sheets(self) -> list[str]:
        return list(self._book.Sheets.ElementNames)

    def read(self, places: list[str]) -> list[str]:
        """Return what cells show."""
        return [self._at(place).getCellByPosition(0, 0).String for place in places]

    def save(self, path: str) -> None:
        name, options = FILTERS[path.rsplit(".", 1)[1]]
        self._book.storeToURL(Path(path).as_uri(), said(FilterName=name, FilterOptions=options))

    def close(self) -> None:
        self._book.close(True)

    def leave(self) -> None:
        try:
            self._desktop.terminate()
            self._office.wait(20)
        finally:
            self._office.kill()


def _connected(pipe: str):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def main() -> None:
    typist = Typist(Path(sys.argv[1]))
    try:
        for line in sys.stdin:
            order = json.loads(line)
            told = getattr(typist, order.pop("act"))(**order)
            print(json.dumps(told), flush=True)
    finally:
        typist.leave()


main()
