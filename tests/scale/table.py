"""The table of what was measured, printed as it grows."""

MIB = 1 << 20

_WIDTHS = (66, 12, 12)


class Table:
    """Rows of what was measured, and the bound that it has to keep."""

    def __init__(self):
        self.broken = 0
        self.skipped = 0
        self._print("what", "measured", "bound", "ok")
        print("-" * (sum(_WIDTHS) + 3 * len(_WIDTHS) + 2), flush=True)

    def at_most(self, what, measured, bound, unit=""):
        """A value that is to be `bound` or less."""
        self._judge(what, measured, f"<= {_shown(bound, unit)}", measured <= bound, unit)

    def exactly(self, what, measured, bound):
        self._judge(what, measured, f"= {bound}", measured == bound, "")

    def note(self, what, measured, bound):
        """A value that depends on what else the machine does: shown, not judged."""
        self._print(what, _shown(measured, ""), f"<= {_shown(bound, '')}", "with --long")

    def skip(self, what, why):
        """A claim that cannot be examined here."""
        self.skipped += 1
        self._print(what, "", "", f"skipped: {why}")

    def fail(self, what, why):
        """A claim that could not be examined because something went wrong."""
        self.broken += 1
        self._print(what, "", "", f"FAILED: {why}")

    def _judge(self, what, measured, bound, holds, unit):
        self.broken += not holds
        self._print(what, _shown(measured, unit), bound, "ok" if holds else "BROKEN")

    def _print(self, what, measured, bound, verdict):
        cells = zip((what, measured, bound), _WIDTHS, strict=True)
        print(" | ".join(f"{cell:<{width}}" for cell, width in cells), "|", verdict, flush=True)


def _shown(value, unit):
    if unit == "MiB":
        value /= MIB
    text = f"{value:.2f}" if isinstance(value, float) else str(value)
    return f"{text} {unit}".strip()
