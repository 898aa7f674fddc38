"""A mail server for tests: aiosmtpd on loopback, with encryption and login, that prints what it receives.

Usage: smtp_peer.py starttls|tls|clear USER PASSWORD CHAIN KEY
First line of output: the port. Then one line of JSON for each mail taken. Ends when its input ends.
Recipients beginning with "full" are refused for now, those beginning with "gone" for good.
"""

import asyncio
import email
import email.policy
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

# What the tests provoke on purpose is no news.
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")

MODE, USER, PASSWORD, CHAIN, KEY = sys.argv[1:]


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.startswith("full"):
            return "452 4.2.2 mailbox full"
        if address.startswith("gone"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        taken = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "text": message.get_content().replace("\r\n", "\n"),
            "login": session.auth_data,
            "encrypted": session.ssl is not None or MODE == "tls",
        }
        print(json.dumps(taken), flush=True)
        return "250 OK"


def authenticator(server, session, envelope, mechanism, data):
    right = data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=right, auth_data=USER)


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CHAIN, KEY)
    settings = {"hostname": "localhost", "loop": asyncio.get_running_loop()}
    if MODE != "clear":
        settings |= {"authenticator": authenticator, "auth_required": True}
    if MODE == "starttls":
        settings |= {"tls_context": context, "require_starttls": True}
    if MODE == "tls":
        # The connection is encrypted already: the library only knows about STARTTLS.
        settings |= {"auth_require_tls": False}
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Handler(), **settings), "127.0.0.1", 0, ssl=context if MODE == "tls" else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
