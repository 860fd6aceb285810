"""The shop of a journey, in one process or several: reached by GraphQL and by its services, with its e-mails."""

import email
import email.message
import email.policy
import http.client
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import orjson
from django.core import mail

from idl import catalog, common, inventory, sessions, users
from tests import acting
from tests.gateway import client
from thriftshop import rpc
from thriftshop.events import progress

PASSWORD = "a lamp from the attic"
REFUSAL = "__typename ... on Refusal { code message }"
TIMEOUT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class SentEmail:
    """An e-mail that the shop sent."""

    to: str
    subject: str
    body: str


class Door(Protocol):
    """How a shop is reached."""

    def send(self, body: bytes, token: str, **headers: str) -> bytes:
        """The answer to a GraphQL request's body."""

    def sent_emails(self) -> list[SentEmail]:
        """All e-mails sent so far, oldest first."""


class OneProcess:
    """The shop in the tests' own process."""

    def send(self, body: bytes, token: str, **headers: str) -> bytes:
        """Ask the endpoint itself."""
        return client.send(body, token, **headers).body

    def sent_emails(self) -> list[SentEmail]:
        """What the tests' mail box holds."""
        return [SentEmail(one.to[0], one.subject, str(one.body)) for one in mail.outbox]


class Separate:
    """The shop as separate processes, asked over HTTP."""

    def __init__(self, gateway_port: int, mails: Path) -> None:
        self._port, self._mails = gateway_port, mails

    def send(self, body: bytes, token: str, **headers: str) -> bytes:
        """POST to the gateway."""
        headers |= {"content-type": "application/json", "accept": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", "/graphql", body, headers)
            return connection.getresponse().read()
        finally:
            connection.close()

    def sent_emails(self) -> list[SentEmail]:
        """What the processes wrote to their folder of e-mails; a file may hold several."""
        files = sorted(self._mails.glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
        parts = [part for file in files for part in re.split(rb"\n-{79}\n", file.read_bytes()) if part.strip()]
        return [_sent_email(email.message_from_bytes(part, policy=email.policy.default)) for part in parts]


def _sent_email(message: email.message.EmailMessage) -> SentEmail:
    body = message.get_body(("plain",))
    return SentEmail(message["to"], message["subject"], body.get_content() if body else "")


class Shop:
    """What a journey asks. Its goods and people are this journey's own: another's may be in the same shop."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.mark = uuid.uuid4().hex[:8]

    # -- by GraphQL
    def ask(self, document: str, token: str = "", variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The whole answer to an operation."""
        body = orjson.dumps({"query": document, "variables": variables or {}})
        answer: dict[str, Any] = orjson.loads(self.door.send(body, token))
        return answer

    def data(self, document: str, token: str = "", **variables: Any) -> dict[str, Any]:
        """The data of an operation that is expected to succeed."""
        answer = self.ask(document, token, variables)
        assert "errors" not in answer, answer
        found: dict[str, Any] = answer["data"]
        return found

    def code(self, document: str, token: str = "", **variables: Any) -> str:
        """The code of the first error of an operation that is expected to fail."""
        return str(self.ask(document, token, variables)["errors"][0]["extensions"]["code"])

    def act(self, field: str, arguments: Mapping[str, Any], selection: str = "", token: str = "") -> Any:
        """The result of one mutation with these input fields."""
        name = field[0].upper() + field[1:]
        if not arguments:
            return self.data(f"mutation {{ {field} {{ {REFUSAL} {selection} }} }}", token)[field]
        document = f"mutation ($input: {name}Input!) {{ {field}(input: $input) {{ {REFUSAL} {selection} }} }}"
        return self.data(document, token, input=dict(arguments))[field]

    def catch_up(self) -> None:
        """Wait until every consumer group has processed all events."""
        with acting.as_service("demo"):
            progress.catch_up_everywhere(TIMEOUT_SECONDS)

    # -- its goods and people
    def sku(self, number: int) -> str:
        """The SKU of this journey's product of this number."""
        return f"J-{self.mark.upper()}-{number:03}"

    def email(self, name: str) -> str:
        """The e-mail address of this journey's person of this name."""
        return f"{name}-{self.mark}@example.com"

    def stock_up(self, products: int = 12, quantity: int = 5) -> list[catalog.Category]:
        """Two categories below one, with priced and published products in turn, some pieces of each; gives the three."""
        with acting.as_service("demo"):
            shelves, stock = rpc.connect(catalog.CatalogService), rpc.connect(inventory.InventoryService)
            home = shelves.put_category(None, catalog.CategoryInput(name=f"Home {self.mark}"))
            below = [
                shelves.put_category(None, catalog.CategoryInput(name=f"{name} {self.mark}", parent_id=home.id))
                for name in ("Lamps", "Chairs")
            ]
            shelves.put_products([self._product(number, below[number % 2].id) for number in range(products)], False)
            lines = [inventory.StockLine(sku=self.sku(number), quantity=quantity) for number in range(products)]
            stock.receive(f"first {self.mark}", lines, None, None)
        self.catch_up()
        return [home, *below]

    def _product(self, number: int, category_id: str) -> catalog.ProductInput:
        """A product at ten pounds and as many pence as its number."""
        return catalog.ProductInput(
            sku=self.sku(number),
            name=f"{'Brass lamp' if number % 2 == 0 else 'Oak chair'} {self.mark} {number}",
            category_id=category_id,
            attributes=[catalog.Attribute(code="colour", name="Colour", value=("Green", "Red", "Blue")[number % 3])],
            prices=[
                common.Money(amount=1_000 + number, currency="GBP"),
                common.Money(amount=1_200 + number, currency="EUR"),
            ],
            status=catalog.ProductStatus.PUBLISHED,
        )

    def person(self, name: str) -> "Person":
        """Somebody with an account, logged in on a device."""
        brought = users.UserImport(email=self.email(name), name=name, password=PASSWORD)
        with acting.as_service("demo"):
            rpc.connect(users.UsersService).import_users([brought])
        return self.logged_in(name)

    def logged_in(self, name: str, password: str = PASSWORD) -> "Person":
        """The person with this account, logged in again."""
        with acting.as_stranger():
            login = rpc.connect(sessions.SessionsService).log_in(self.email(name), password, "a test", None)
        return Person(login.viewer.id, self.email(name), login.token, login.session.id)

    # -- its e-mails
    def emails_to(self, name: str) -> Sequence[SentEmail]:
        """The e-mails to this journey's person of this name, oldest first."""
        return [sent for sent in self.door.sent_emails() if sent.to == self.email(name)]

    def token_from_email(self, name: str) -> str:
        """The token in the link of the last e-mail to a person."""
        last = self.emails_to(name)[-1]
        found = re.search(r"#token=(\S+)", last.body)
        assert found, last
        return found[1]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, logged in."""

    id: str
    email: str
    token: str
    session_id: str


def order_input(key: str, **changes: object) -> dict[str, object]:
    """What is needed to place an order, as GraphQL has it."""
    address = {"name": "Ann Miller", "lines": ["12 Mill Lane"], "city": "York", "postcode": "YO1 7HD", "country": "GB"}
    return {
        "idempotencyKey": key,
        "payment": {"provider": "card", "token": "tok_ok"},
        "shippingAddress": address,
        **changes,
    }
