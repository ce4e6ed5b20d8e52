"""Why figures of compliance are refused."""

from kernel.errors import Unprocessable


class MatrixTooWide(Unprocessable):
    """More cycles than a matrix has columns."""

    code = "compliance_matrix_wide"
    title = "The matrix would have too many columns"

    def __init__(self, widest: int) -> None:
        super().__init__(
            f"More than {widest} cycles are asked for. Narrow them by plan, obligation, form, level or period.",
            widest=widest,
        )
