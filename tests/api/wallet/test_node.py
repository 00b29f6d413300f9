"""What the node says of itself, and how the whole API answers what it does not have."""

import pytest
from django.db import OperationalError

from tests.api.wallet.base import Wallet, says
from tickets.api.wallet import description

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/status", "/version", "/v0/validator-user", "/openapi.json"])
def test_these_need_no_token(path):
    assert Wallet("nobody").get(path, authorization=None).status_code == 200


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_has_no_body(path):
    assert Wallet("nobody").get(path).content == b""


def test_what_they_say():
    nobody = Wallet("nobody")
    assert set(nobody.get("/version").json()) == {"version", "commit_ts"}
    assert set(nobody.get("/status").json()["success"]) == {"id", "uptime", "ports", "active"}
    user = {"party_id": "", "user_name": "administrator", "featured": False}
    assert nobody.get("/v0/validator-user").json() == user
    party = Wallet("administrator").post("/v0/register").json()["party_id"]
    assert nobody.get("/v0/validator-user").json() == user | {"party_id": party}


def test_the_issuer_of_the_coin_is_always_the_same(alice, bob):
    dso = Wallet("nobody").get("/v0/scan-proxy/dso-party-id").json()["dso_party_id"]
    alice.offer(bob)
    assert alice.get("/v0/wallet/transfer-offers").json()["offers"][0]["payload"]["dso"] == dso
    says(Wallet("nobody").get("/v0/scan-proxy/dso-party-id", authorization=None), 401)


@pytest.mark.parametrize(
    "path", ["/", "", "/nothing", "/livez/", "/v0/wallet", "/v0/wallet/transfer-offers/", "/v1/x", "//livez", "/docs"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_path_that_is_none(method, path):
    if path:
        says(Wallet("nobody").send(method, path), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v0/wallet/transfer-offers", "GET, POST"),
        ("GET", "/v0/wallet/transfer-preapproval", "POST"),
        ("POST", "/v0/wallet/balance", "GET"),
        ("DELETE", "/v0/wallet/transfer-offers/x/status", "GET, POST"),
        ("GET", "/v0/wallet/transfer-offers/00/accept", "POST"),
        ("POST", "/livez", "GET"),
        ("OPTIONS", "/v0/wallet/balance", "GET"),
    ],
)
def test_a_method_that_is_not_for_the_path(method, path, allowed):
    answer = Wallet("nobody").send(method, path, authorization=None)
    says(answer, 405)
    assert answer.headers["Allow"] == allowed


def test_a_fault_of_ours_is_said_without_details(alice, monkeypatch):
    def fail(self):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("tickets.models.offer_queries.TransferOfferQuerySet.open", fail)
    assert says(alice.get("/v0/wallet/transfer-offers"), 500)["error"] == "An unexpected error occurred."


def test_a_database_that_does_not_answer_is_503(alice, monkeypatch):
    def fail(self):
        raise OperationalError("the connection is lost")

    monkeypatch.setattr("tickets.models.offer_queries.TransferOfferQuerySet.open", fail)
    says(alice.get("/v0/wallet/transfer-offers"), 503)


# The description


def test_every_operation_is_described_with_an_id_and_its_errors():
    paths, ids = description()["paths"], []
    for path, methods in paths.items():
        assert path.startswith("/api/validator/")
        for operation in methods.values():
            ids.append(operation["operationId"])
            if "security" in operation:
                assert {"200", "401", "500"} <= set(map(str, operation["responses"])), operation["operationId"]
    assert len(ids) == len(set(ids))
    assert {
        *("createTransferOffer", "listTransferOffers", "getTransferOfferStatus", "acceptTransferOffer"),
        *("rejectTransferOffer", "withdrawTransferOffer", "listAcceptedTransferOffers", "userStatus", "getBalance"),
        *("list", "tap", "listTransactions", "createTransferPreapproval", "transferPreapprovalSend", "register"),
        *("createTokenStandardTransfer", "listTokenStandardTransfers", "onboardUser", "listUsers", "offboardUser"),
        *("acceptTokenStandardTransfer", "rejectTokenStandardTransfer", "withdrawTokenStandardTransfer"),
        *("featureSupport", "getValidatorUserInfo", "getDsoPartyId", "lookupTransferPreapprovalByParty"),
        *(
            "cancelTransferPreapprovalByParty",
            "lookupTransferPreapprovalByPartyScan",
            "getVersion",
            "isReady",
            "isLive",
        ),
    } <= set(ids)


def test_the_description_is_openapi_3_1_with_a_bearer_scheme():
    found = Wallet("nobody").get("/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    assert {"type": "http", "scheme": "bearer"}.items() <= next(
        iter(found["components"]["securitySchemes"].values())
    ).items()
