"""Every error of the API under /v1, once: what it is called, its number, its usual status, its meaning and its cure.

The answers, the OpenAPI document and the console's page about the API are made from this table. A code never changes.
Numbers of 401 and the ones below 20000 are those that the vendor's clients know; ours are the status and two digits.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Error:
    code: str
    number: int
    status: int
    meaning: str
    cure: str

    @property
    def sentence(self) -> str:
        return f"{self.meaning} {self.cure}"


_TOKEN = "Sign every request anew; see the API page of the console."

_ROWS = (
    # Who asks
    ("TOKEN_MISSING", -3, 401, "There is no bearer token.", "Send Authorization: Bearer, a space, the token."),
    ("TOKEN_MALFORMED", -5, 401, "The token is not a JWT as this API reads it.",
     "Sign with RS256, and claim uri, nonce, iat, exp, sub and bodyHash."),
    ("API_KEY_MISSING", -2, 401, "The API key is missing.", "Send your API user's id as X-API-Key and as sub."),
    ("API_KEY_MISMATCH", -6, 401, "The token is another API user's.", "Make X-API-Key equal to the claim sub."),
    ("API_USER_UNKNOWN", -7, 401, "No API user with a valid key has this id.",
     "Check X-API-Key, or have an admin register a key."),
    ("SIGNATURE_INVALID", -1, 401, "The signature does not match any key of this API user.",
     "Sign with the private half of a registered key."),
    ("TOKEN_EXPIRED", -10, 401, "The token has expired.", _TOKEN),
    ("TOKEN_FROM_THE_FUTURE", -12, 401, "The token was issued in the future.", "Set your clock by a time server."),
    ("TOKEN_TOO_LONG_LIVED", -7, 401, "The token is valid for more than 60 seconds.", "Set exp to iat plus 55."),
    ("URI_MISMATCH", -4, 401, "The token was made for another address.",
     "Claim as uri the path with its query, exactly as sent, from /v1 on."),
    ("BODY_HASH_MISMATCH", -7, 401, "The token was made for another body.",
     "Claim as bodyHash the SHA-256 of the bytes sent, in lower-case hexadecimal."),
    ("NONCE_SEEN", -7, 401, "The token has been used.", _TOKEN),
    # What is asked, before any rule of the market
    ("BAD_REQUEST", 40000, 400, "The request cannot be read.", "Send one JSON object, in UTF-8, as the body."),
    ("IDEMPOTENCY_KEY_FAILED", 40001, 400, "The first request under this idempotency key met an internal error.",
     "See what became of it, then repeat it under a new key."),
    ("HTTPS_ONLY", 40301, 403, "This server answers over HTTPS only.", "Use https:// and a new token."),
    ("NOT_FOUND", 40400, 404, "There is nothing here that you may see.", "Check the address and the ids in it."),
    ("METHOD_NOT_ALLOWED", 40500, 405, "This address does not take that method.", "Use one that Allow names."),
    ("IDEMPOTENCY_KEY_BUSY", 40901, 409, "The first request under this idempotency key is still running.",
     "Repeat it after the seconds that Retry-After names."),
    ("LENGTH_REQUIRED", 41100, 411, "The length of the body is not known.", "Send Content-Length, not chunks."),
    ("BODY_TOO_LARGE", 41300, 413, "The body is too large.", "Send less at once."),
    ("UNSUPPORTED_MEDIA_TYPE", 41500, 415, "The body is not JSON.", "Send it with Content-Type: application/json."),
    ("IDEMPOTENCY_KEY_REUSED", 42201, 422, "This idempotency key was used for another request.",
     "Use a new key for every new request."),
    ("IDEMPOTENCY_KEY_LENGTH", 42202, 422, "An idempotency key has 1 to 40 visible characters.", "Send a UUID."),
    ("VALIDATION", 42200, 422, "A value is missing or cannot be read.", "Correct the fields that the message names."),
    ("RATE_LIMITED", 42900, 429, "This API user sends too many requests.",
     "Wait for the seconds that Retry-After names, then sign and send it again."),
    ("INTERNAL", 50000, 500, "The server failed.", "Tell whoever runs it the X-Request-ID of this answer."),
    ("UNAVAILABLE", 50300, 503, "The server cannot work just now.", "Try again in some seconds."),
    # What the market refuses, in general
    ("REFUSED", 42210, 422, "This cannot be done.", "The message says why."),
    ("INVALID", 42211, 422, "A value cannot be kept.", "Correct what the message names."),
    ("BAD_AMOUNT", 42212, 422, "The amount is malformed, not above zero, or finer than its asset.",
     "Send plain figures with no more decimals than the asset has."),
    ("NOT_ALLOWED", 3002, 403, "Your role, your firm or your part in the deal forbids it.",
     "Use an API user of a role that may, or leave it to the other firm."),
    ("WRONG_STATUS", 42213, 422, "It has moved on, or is not there yet.", "Read it again before you act."),
    ("EXPIRED", 42214, 422, "Its time has run out.", "Make a new one."),
    ("CONFLICT", 40900, 409, "Somebody changed it in between.", "Read it again, then decide."),
    ("INSUFFICIENT_FUNDS", 42215, 422, "The account holds less than this needs.", "Fund the account, or use another."),
    # What the market refuses, more narrowly
    ("TICKET_NOT_DRAFT", 42220, 422, "The ticket was submitted, so its terms are fixed.", "Cancel it, make another."),
    ("TICKET_NOT_OPEN", 42221, 422, "The ticket is not open for this.", "Read its status before you act."),
    ("TICKET_NOT_PENDING_APPROVAL", 42222, 422, "The ticket does not wait for approval.", "Read its status first."),
    ("TICKET_TERMINAL", 42223, 422, "The ticket has ended.", "Make another."),
    ("TICKET_HAS_NO_TERMS", 42224, 422, "The ticket lacks the terms that it needs.", "Add them, then submit it."),
    ("TICKET_OF_TWO_PARTIES", 42225, 422, "The terms of a ticket are between the same two profiles.",
     "Make a ticket for each pair."),
    ("NETWORK_ID_NOT_OWNED", 42226, 422, "This network id is not one of yours.", "Use an id of your own profiles."),
    ("NETWORK_NOT_CONNECTED", 42227, 422, "No approved connection joins these network ids.", "Have it approved first."),
    ("NETWORK_CANNOT_RECEIVE", 42228, 422, "A profile has nowhere to receive.", "Have its firm choose a vault for it."),
    ("TERM_SAME_PARTY", 42230, 422, "A term goes from one firm to another.", "Name two different firms' network ids."),
    ("TERM_NOT_YOURS", 42231, 422, "Another firm funds this term.", "Fund only terms whose sender you are."),
    ("TERM_ALREADY_FUNDED", 42232, 422, "This term is funded.", "Read its status before you act."),
    ("TERM_AMOUNT_MISMATCH", 42233, 422, "The amount is not the term's.", "Repeat the amount of the term."),
    ("TERM_ASSET_MISMATCH", 42234, 422, "The asset is not the term's.", "Repeat the asset of the term."),
    ("TERMS_NOT_ALL_FUNDED", 42235, 422, "Not every term is funded.", "Fund the others first."),
    ("CONNECTION_MISMATCH", 42236, 422, "This is not your connection between the two profiles of the term.",
     "Find its id among your network connections."),
    ("SOURCE_NOT_FOUND", 11001, 422, "No vault account of yours has this id.", "Send VAULT_ACCOUNT and its number."),
    ("ASSET_NOT_FOUND", 1503, 422, "There is no such asset here.", "Use an id that a vault account lists."),
    ("CANCEL_NOT_ALLOWED", 42237, 422, "Only a firm that has funded can cancel now.", "Ask the other firm to cancel."),
    ("EXPIRES_IN_OUT_OF_RANGE", 42238, 422, "The expiry is out of range.", "Send 1 to 48 hours, fractions too."),
    ("EXTERNAL_REF_ID_LENGTH", 42239, 422, "The external id has the wrong length.",
     "Send 5 to 64 characters, or up to 64 on creation."),
    ("DVP_NOT_ENABLED", 42240, 422, "The ticket does not settle together.", "Use fund; or create it with type DVP."),
)  # fmt: skip

ERRORS = {row[0]: Error(*row) for row in _ROWS}
