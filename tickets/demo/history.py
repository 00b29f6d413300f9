"""What is over: the demo's past, from the requests that connected the firms to the deals that settled."""

from tickets.demo.story import Act, Deal, Deposit, Link
from tickets.models import Settlement

NORTHGATE, NORTHGATE_TREASURY = "Northgate Trading", "Northgate Treasury"
HALDEN, HALDEN_CLIENTS, HALDEN_HOUSE = (
    "Halden Prime",
    "Halden Prime Brokerage, Institutional Client Settlement (Europe, Middle East and Africa)",
    "Halden House Account",
)
ARLO, ARLO_FUND = "Arlo Markets", "Arlo Fund II"
KESTREL, KESTREL_MAKING = "Kestrel OTC", "Kestrel Market Making"
MERIDIAN = "Meridian Clearing"

BY_HAND = "0x9b1f4c3de0a75f28c16b0d4e7a2935fc81d60e4b7a9f23c5d8e01746ab5fc392"

LINKS = (
    Link(days=14.6, by="ada", ours=NORTHGATE, theirs=HALDEN, acts=(Act(3, "henrik", "approve"),)),
    Link(days=14.5, by="ada", ours=NORTHGATE, theirs=ARLO, acts=(Act(5, "maya", "approve"),)),
    Link(days=14.4, by="wei", ours=KESTREL, theirs=NORTHGATE, acts=(Act(2, "ada", "approve"),)),
    Link(days=14.4, by="henrik", ours=HALDEN, theirs=ARLO, acts=(Act(6, "maya", "approve"),)),
    Link(
        days=14.3,
        by="tom",  # a signer asks; an owner of the same firm approves before the other firm sees it
        ours=NORTHGATE,
        theirs=HALDEN_CLIENTS,
        acts=(Act(1, "ada", "approve"), Act(4, "henrik", "approve")),
    ),
    Link(
        days=14.2,
        by="wei",
        ours=KESTREL,
        theirs=ARLO,
        acts=(Act(2, "maya", "approve"), Act(300, "maya", "remove", "Our mandate with this desk ended in November.")),
    ),
    Link(
        days=12,
        by="maya",
        ours=ARLO_FUND,
        theirs=NORTHGATE_TREASURY,
        acts=(Act(20, "ada", "reject", "Please connect to Northgate Trading; the treasury deals with nobody."),),
    ),
    Link(days=9.5, by="farah", ours=KESTREL_MAKING, theirs=NORTHGATE, acts=(Act(169, "", "lapse"),)),
    Link(days=6, by="ada", ours=NORTHGATE_TREASURY, theirs=HALDEN_HOUSE, acts=(Act(1.5, "tom", "withdraw"),)),
    Link(days=1.2, by="ada", ours=NORTHGATE, theirs=KESTREL_MAKING),
    Link(days=0.9, by="henrik", ours=HALDEN_CLIENTS, theirs=NORTHGATE_TREASURY),
    Link(days=0.4, by="tom", ours=NORTHGATE_TREASURY, theirs=KESTREL),
    Link(days=0.3, by="jonas", ours=ARLO_FUND, theirs=MERIDIAN),
)

DEPOSITS = (
    Deposit(
        days=5.3,
        staff="sam@support.example",
        workspace="Northgate Trading LLP",
        vault="Trading",
        amount="2000000 USDC",
        reason="Wire of 2,000,000.00 USD converted at par, reference NGT-7741.",
    ),
    Deposit(
        days=2.6,
        staff="sam@support.example",
        workspace="Kestrel Digital Assets Pte. Ltd.",
        vault="OTC",
        amount="50000 SOL",
        reason="Transfer in from custody, reference KDA-0093.",
    ),
)

_FUNDERS = {NORTHGATE: "tom", HALDEN: "ingrid", HALDEN_CLIENTS: "ingrid", ARLO: "emil", KESTREL: "arjun"} | {
    MERIDIAN: "otto"
}


def _settled(
    days: float, by: str, ours: str, theirs: str, receive: str, send: str = "", settlement=Settlement.TOGETHER
) -> Deal:
    """A deal that went well: approved where that is asked for, funded by them and then by us."""
    acts = [Act(0.2, "nora", "approve")] if ours == ARLO else []
    acts.append(Act(0.9, _FUNDERS[theirs], "fund"))
    if send:
        acts.append(Act(1.6, _FUNDERS[ours], "fund"))
    split = [tuple(part for part in text.split(", ") if part) for text in (receive, send)]
    return Deal(
        days=days,
        by=by,
        ours=ours,
        theirs=theirs,
        receive=split[0],
        send=split[1],
        settlement=settlement,
        expires="48",
        external_id=f"OTC-{int(20000 - days * 100)}",
        acts=tuple(acts),
    )


SETTLED = (
    _settled(13.1, "tom", NORTHGATE, HALDEN, "1500000 USDC", "16.5 BTC"),
    _settled(12.7, "ingrid", HALDEN, NORTHGATE, "420 ETH", "1268610 USDC"),
    _settled(12.4, "ada", NORTHGATE, KESTREL, "25000 SOL", "3456250 USDC"),
    _settled(12.2, "jonas", ARLO, NORTHGATE, "12 BTC", "1095000 USDC"),
    _settled(11.8, "arjun", KESTREL, NORTHGATE, "600000 XRP", "1236000 USDT"),
    _settled(11.5, "otto", MERIDIAN, NORTHGATE, "18250.75 GUSD"),
    _settled(11.1, "tom", NORTHGATE, HALDEN_CLIENTS, "4500 LTC", "378450 USDC"),
    _settled(10.6, "tom", NORTHGATE, ARLO, "1250000 EURC", "1440000 USDC"),
    _settled(10.3, "ingrid", HALDEN, ARLO, "150 ETH", "453075 USDC"),
    _settled(9.9, "ada", NORTHGATE, KESTREL, "98765.432109876543210123 AVAX", "1819259 USDC"),
    _settled(9.4, "jonas", ARLO, HALDEN, "20000 LINK", "268000 USDC"),
    _settled(8.8, "tom", NORTHGATE, HALDEN, "250000 USDC", "3.75 BTC"),
    _settled(8.2, "arjun", KESTREL, MERIDIAN, "5000000 USDC", "4997500 USDT"),
    _settled(7.9, "otto", MERIDIAN, HALDEN, "42000 USDC"),
    _settled(7.6, "tom", NORTHGATE, KESTREL, "120000 DOT, 9000000 CC", "1261200 USDC", Settlement.LEG_BY_LEG),
    _settled(7.2, "ingrid", HALDEN, NORTHGATE, "900 NEO", "4158 USDC"),
    _settled(6.4, "tom", NORTHGATE, HALDEN, "589264883286.605123456789012345 SHIB", "5067678 USDC"),
    _settled(5.8, "jonas", ARLO, MERIDIAN, "2000000 USDC", "1736111.111112 EURC"),
    _settled(4.9, "tom", NORTHGATE, MERIDIAN, "25 BTC", "2281250 USDC", Settlement.LEG_BY_LEG),
    _settled(4.2, "arjun", KESTREL, NORTHGATE, "1500000 USDC", "10849.909584086799276673 AVAX"),
    _settled(3.3, "ingrid", HALDEN_CLIENTS, NORTHGATE, "64.12345678 BTC", "5851265.43 USDC"),
    _settled(2.1, "ada", NORTHGATE, ARLO, "300 ETH, 5000 SOL", "1597400 USDC"),
    _settled(1.4, "tom", NORTHGATE, HALDEN, "2000000 USDC", "21.91780821 BTC"),
    _settled(0.6, "arjun", KESTREL, NORTHGATE, "275000 USDC", "1988.5 SOL", Settlement.LEG_BY_LEG),
)

ENDED = (
    Deal(
        days=10.9,
        by="tom",
        ours=NORTHGATE,
        theirs=ARLO,
        receive=("40000 USDC",),
        send=("13.2 ETH",),
        note="Both legs move on chain: your cold storage is not connected yet.",
        external_id="NGT-MANUAL-1",
        acts=(
            Act(2, "emil", "fund_manually", BY_HAND),
            Act(3, "tom", "fund_manually", BY_HAND[::-1][:-2]),
            Act(3.2, "emil", "fulfil"),
        ),
    ),
    Deal(
        days=6.9,
        by="otto",
        ours=MERIDIAN,
        theirs=NORTHGATE,
        receive=("9125 USDC",),
        note="Clearing fee for October.",
        external_id="MC-2026-10-NGT",
        acts=(Act(4, "tom", "fund_manually", BY_HAND), Act(4.5, "otto", "fulfil")),
    ),
    Deal(
        days=9.1,
        by="tom",
        ours=NORTHGATE,
        theirs=HALDEN,
        receive=("500 ETH",),
        send=("1510000 USDC",),
        expires="72",
        acts=(Act(1, "tom", "fund"), Act(5, "tom", "cancel", "Price moved before you funded; we will quote again.")),
    ),
    Deal(
        days=8.4,
        by="ada",
        ours=NORTHGATE,
        theirs=KESTREL,
        receive=("1000000 XRP",),
        send=("2060000 USDT",),
        acts=(Act(0.4, "ada", "cancel", "Opened with the wrong amount."),),
    ),
    Deal(
        days=5.1,
        by="tom",
        ours=NORTHGATE,
        theirs=MERIDIAN,
        receive=("75000 EURC",),
        acts=(Act(6, "priya", "cancel", "Netted against the invoice of 12 November."),),
    ),
    Deal(
        days=8.6,
        by="jonas",
        ours=ARLO,
        theirs=NORTHGATE,
        receive=("50 BTC",),
        send=("4500000 USDC",),
        note="For the quarterly rebalancing.",
        acts=(Act(1.2, "nora", "decline", "Over the desk's limit of 25 BTC a ticket. Split it in two."),),
    ),
    Deal(days=6.2, by="tom", ours=NORTHGATE, is_two_way=True, is_draft=True, acts=(Act(0.3, "tom", "discard"),)),
    Deal(
        days=7.1,
        by="ingrid",
        ours=HALDEN,
        theirs=NORTHGATE,
        receive=("25000 LINK",),
        send=("335000 USDC",),
        expires="24",
        acts=(Act(0.7, "ingrid", "fund"), Act(2, "priya", "reject", "We agreed on 13.10 a LINK, not 13.40.")),
    ),
    Deal(
        days=4.6,
        by="arjun",
        ours=KESTREL,
        theirs=NORTHGATE,
        receive=("400 BTC",),
        send=("36500000 USDT",),
        acts=(Act(1.1, "ada", "reject", "Far above our limit with you. Ask Tom for a smaller clip."),),
    ),
    Deal(
        days=3.7,
        by="tom",
        ours=NORTHGATE,
        theirs=ARLO,
        receive=("800000 EURC",),
        send=("921600 USDC",),
        settlement=Settlement.LEG_BY_LEG,
        acts=(Act(8, "nora", "reject", "Wrong profile: please open this with Arlo Fund II.\nThank you, Nora"),),
    ),
    Deal(
        days=5.6,
        by="tom",
        ours=NORTHGATE,
        theirs=HALDEN,
        receive=("30 BTC",),
        send=("2737500 USDC",),
        expires="6",
        note="Firm until close of business in London.",
        external_id="OTC-19440",
        acts=(Act(1, "tom", "fund"), Act(0, "", "expire")),
    ),
    Deal(
        days=3.9,
        by="arjun",
        ours=KESTREL,
        theirs=NORTHGATE,
        receive=("2000 ETH",),
        send=("6041000 USDC",),
        expires="1.5",
        acts=(Act(0.5, "arjun", "fund"), Act(0, "", "expire")),
    ),
    Deal(
        days=2.8,
        by="ada",
        ours=NORTHGATE,
        theirs=KESTREL,
        receive=("10000 SOL",),
        expires="12",
        acts=(Act(0, "", "expire"),),
    ),
    Deal(
        days=1.9,
        by="ingrid",
        ours=HALDEN,
        theirs=ARLO,
        receive=("1000000 DOGE",),
        send=("158000 USDC",),
        expires="0.25",
        acts=(Act(0, "", "expire"),),
    ),
    Deal(  # ended by the firm that had sent its leg, which stays where it went
        days=4.4,
        by="tom",
        ours=NORTHGATE,
        theirs=ARLO,
        receive=("5000 SOL",),
        send=("690000 USDC",),
        settlement=Settlement.LEG_BY_LEG,
        acts=(
            Act(1, "tom", "fund"),
            Act(30, "tom", "cancel", "The SOL came over the counter instead, see our mail of Tuesday."),
        ),
    ),
)
