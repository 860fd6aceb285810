"""Certificates of a cluster: an authority, one for all nodes, one for clients; as PEM files and as Java's stores."""

import datetime
import ipaddress
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

STORE_PASSWORD = "stores"
VALID_FOR = datetime.timedelta(days=1)


def make(folder: Path, addresses: Sequence[str]) -> None:
    """Write ca.pem, client.pem, client.key, keystore.p12 and truststore.p12; the nodes are at these addresses."""
    folder.mkdir(parents=True, exist_ok=True)
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = _signed("authority", ca_key, ca_key, None, [])
    node_key, client_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    node, client = _signed("node", node_key, ca_key, ca, addresses), _signed("client", client_key, ca_key, ca, [])
    encryption = serialization.BestAvailableEncryption(STORE_PASSWORD.encode())
    contents = {
        "ca.pem": ca.public_bytes(serialization.Encoding.PEM),
        "client.pem": client.public_bytes(serialization.Encoding.PEM),
        "client.key": client_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        "keystore.p12": pkcs12.serialize_key_and_certificates(b"node", node_key, node, [ca], encryption),
        "truststore.p12": pkcs12.serialize_java_truststore([pkcs12.PKCS12Certificate(ca, b"authority")], encryption),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)


def _signed(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    signing_key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    addresses: Sequence[str],
) -> x509.Certificate:
    """A certificate; the authority signs its own."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - VALID_FOR)
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
    )
    if addresses:
        names = [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(signing_key, hashes.SHA256())
