"""Why a delivery is not brought again."""

from kernel.errors import Conflict


class DeliveryUnderWay(Conflict):
    """It is being sent at this moment."""

    code = "delivery_under_way"
    title = "The delivery is being sent at this moment"
