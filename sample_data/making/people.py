"""Made-up people: real area codes, random birth dates and serials, valid check digits, nobody's number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from skillcli.core.identity import check_digit

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉红建文玲"


class People:
    """A seeded source of people; no number, phone or account comes twice."""

    def __init__(self, seed: str, area: str) -> None:
        self.rng = Random(seed)
        self.area = area
        self.seen: set[str] = set()

    def name(self) -> str:
        return self.rng.choice(SURNAMES) + "".join(self.rng.sample(GIVEN, self.rng.choice((1, 2, 2))))

    def identity(self, birth: date | None = None, area: str = "", male: bool | None = None) -> str:
        """A new 18-digit number; ``birth`` None: some day of 1970-1999."""
        while True:
            day = birth or date(self.rng.randrange(1970, 2000), self.rng.randrange(1, 13), self.rng.randrange(1, 29))
            serial = self.rng.randrange(100, 999)
            if male is not None and bool(serial % 2) != male:
                serial -= 1
            body = (area or self.area) + day.strftime("%Y%m%d") + f"{serial:03d}"
            if body not in self.seen:
                self.seen.add(body)
                return body + check_digit(body)

    def phone(self) -> str:
        return self._new(lambda: "1" + self.rng.choice("3578") + f"{self.rng.randrange(10**9):09d}")

    def account(self) -> str:
        """Nineteen digits beginning 62 that satisfy Luhn."""
        return self._new(self._card)

    def _card(self) -> str:
        body = "6228" + f"{self.rng.randrange(10**14):014d}"
        doubled = [int(d) * (2 if at % 2 == 0 else 1) for at, d in enumerate(reversed(body))]
        return body + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)

    def _new(self, draw: Callable[[], str]) -> str:
        while True:
            text = draw()
            if text not in self.seen:
                self.seen.add(text)
                return text


def sex_of(number: str) -> str:
    return "男" if int(number[16]) % 2 else "女"
