"""The doctor before the door of a deployment that runs: nginx with a certificate of its own, and Janua behind it. Each
fault is caused alone, and the doctor has to name it and nothing else."""

import datetime
import json
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ground import PASSWORD, check, clean_environment, expect, free_port, person, request, server
from proxies import nginx_site, nginx_with

APPLICATION = "https://app.example.com"


class Authority:
    """Signs certificates, and is trusted by whoever reads its file."""

    def __init__(self, folder):
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of this check")])
        self.file = folder / "authority.pem"
        own = self.signed(self.name, self.key, days=(-10, 3650), of_authority=True)
        self.file.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def signed(self, name, key, days, host=None, of_authority=False):
        now = datetime.datetime.now(datetime.timezone.utc)
        begin, end = (now + datetime.timedelta(days=it) for it in days)
        made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(self.name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=of_authority, path_length=None), critical=True)
        )
        if host:
            made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return made.sign(self.key, hashes.SHA256())

    def certifies(self, host="localhost", days=(-5, 365)):
        """Puts a key and a certificate to where nginx reads them."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        made = self.signed(name, key, days, host)
        plain, pem = serialization.NoEncryption(), serialization.Encoding.PEM
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        (self.folder / "privkey.pem").write_bytes(private)
        (self.folder / "fullchain.pem").write_bytes(made.public_bytes(pem))


class Door:
    """The sample of nginx before a server, on a port of its own."""

    def __init__(self, ground, folder, behind):
        self.ground, self.folder, self.port = ground, folder, free_port()
        self.site = nginx_site(folder, behind, self.port, "localhost")
        self.address = f"https://localhost:{self.port}"

    def opened(self, change=lambda site: site):
        return nginx_with(self.ground, self.folder, change(self.site), self.port)


def codes(ground, address, trusted):
    """What the doctor names at an address, and all it says."""
    environment = clean_environment(**({"SSL_CERT_FILE": str(trusted)} if trusted else {}))
    command = [ground.janua, "doctor", "--url", address, "--origin", APPLICATION, "--json"]
    done = subprocess.run(command, env=environment, cwd=ground.folder("doctor"), capture_output=True, text=True)
    expect(done.returncode in (0, 1) and done.stdout, f"the doctor ended with {done.returncode}:\n{done.stderr}")
    return [it["code"] for it in json.loads(done.stdout)["findings"]], done.stdout


def inside(ground, port, folder):
    """What the server itself tells its administrator."""
    person(ground, folder, "--admin")
    body = {"email": "ada@example.com", "password": PASSWORD}
    _, _, text = request(port, "POST", "/api/v1/auth/login", body)
    mine = {"Authorization": f"Bearer {json.loads(text)['tokens']['access_token']}"}
    status, _, text = request(port, "GET", "/api/v1/admin/doctor", headers=mine)
    expect(status == 200, text)
    return [it["code"] for it in json.loads(text)["findings"]]


@check("the doctor names each fault of a deployment that runs, and none of a healthy one")
def faults(ground):
    folder = ground.folder("door")
    folder.chmod(0o755)  # The workers of nginx are another user.
    authority = Authority(folder)
    behind, named = free_port(), 0

    def settings(door):
        return {"port": behind, "APP_BASE_URL": door.address, "CORS_ORIGINS": APPLICATION,
                "TRUSTED_PROXIES": "127.0.0.1/32"}

    def tells(door, expected, what, trusted=authority.file, address=None):
        nonlocal named
        found, told = codes(ground, address or door.address, trusted)
        expect(found == expected, f"{what}: {told}")
        named += len(expected)

    door = Door(ground, folder, behind)
    authority.certifies()
    with server(ground, **settings(door)):
        with door.opened():
            tells(door, [], "a healthy deployment")
            tells(door, [], "its address with a slash at the end", address=f"{door.address}/")
            tells(door, ["JD-DEPLOY-032"], "an authority that nobody knows", trusted=None)
        for code, what, certificate in (
            ("JD-DEPLOY-033", "a certificate that ends in five days", {"days": (-80, 5)}),
            ("JD-DEPLOY-032", "a certificate that has ended", {"days": (-90, -1)}),
            ("JD-DEPLOY-032", "a certificate that is not valid yet", {"days": (2, 90)}),
            ("JD-DEPLOY-032", "a certificate of another host", {"host": "elsewhere.example.com"}),
        ):
            authority.certifies(**certificate)
            with door.opened():
                tells(door, [code], what)
        authority.certifies()
        for code, what, change in (
            ("JD-DEPLOY-035", "a proxy that forwards to nobody",
             lambda site: site.replace(f"127.0.0.1:{behind}", f"127.0.0.1:{free_port()}")),
            ("JD-DEPLOY-035", "a page of the proxy's own",
             lambda site: site.replace("proxy_pass http://janua;", 'return 200 "It works!";')),
            ("JD-DEPLOY-034", "a proxy that sends everybody elsewhere",
             lambda site: site.replace("proxy_pass http://janua;", "return 301 https://www.localhost$request_uri;")),
            ("JD-SDK-011", "a proxy that answers for the origins of others",
             lambda site: site.replace(
                 "proxy_pass http://janua;",
                 f'if ($http_origin = "{APPLICATION}") {{ return 204; }} proxy_pass http://janua;')),
        ):
            with door.opened(change):
                tells(door, [code], what)
        tells(door, ["JD-DEPLOY-031"], "a proxy that is stopped")
    with server(ground, **settings(door) | {"APP_BASE_URL": "https://id.example.com"}), door.opened():
        tells(door, ["JD-DEPLOY-036"], "an APP_BASE_URL that is another")
    with server(ground, **settings(door) | {"CORS_ORIGINS": "https://other.example.com"}), door.opened():
        tells(door, ["JD-SDK-011"], "a CORS origin that is missing")
    with server(ground, **settings(door) | {"TRUSTED_PROXIES": "10.0.0.0/8"}) as (port, where, _), door.opened():
        tells(door, [], "what only the server sees")
        asked = inside(ground, port, where)
        expect(asked == ["JD-DEPLOY-016"], f"a proxy that is not trusted: {asked}")
        named += 1
    tells(door, ["JD-DEPLOY-030"], "a name that leads nowhere", address="https://nowhere.invalid")
    return f"{named} faults named"
