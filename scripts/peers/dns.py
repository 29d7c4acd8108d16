"""A name server that answers questions for TXT records from a file of JSON, `{"name": "value"}`:

    python dns.py PORT FILE
"""

import json
import pathlib
import sys
import time

from dnslib import QTYPE, RCODE, RR, TXT
from dnslib.server import BaseResolver, DNSServer

port, file = int(sys.argv[1]), pathlib.Path(sys.argv[2])


class Resolver(BaseResolver):
    def resolve(self, request, handler):
        reply = request.reply()
        name = str(request.q.qname).rstrip(".").lower()
        value = json.loads(file.read_text()).get(name)
        if value is None:
            reply.header.rcode = RCODE.NXDOMAIN
        elif request.q.qtype == QTYPE.TXT:
            reply.add_answer(RR(request.q.qname, QTYPE.TXT, rdata=TXT(value), ttl=0))
        return reply


class Silent:
    def __getattr__(self, _):
        return lambda *_: None


for tcp in (False, True):
    DNSServer(Resolver(), port=port, address="127.0.0.1", tcp=tcp, logger=Silent()).start_thread()
while True:
    time.sleep(3600)
