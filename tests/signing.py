"""Certificates and signed files for the tests: an authority, its signers, and what they sign."""

import base64
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO

from allauth.account.internal.flows.login import record_authentication
from asn1crypto import cms, keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory, TestCase
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

ROSSI, BIANCHI, VERDI = "RSSMRA70A01D150H", "BNCLRA80A41D150S", "VRDGPP65M10D142G"
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Identity:
    """A certificate with its key; an authority when it issues others."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    issuer: "Identity | None" = None

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def signer(self) -> signers.SimpleSigner:
        private = self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return signers.SimpleSigner(
            signing_cert=asn1.Certificate.load(self.der),
            signing_key=keys.PrivateKeyInfo.load(private),
            cert_registry=SimpleCertificateStore(),
        )


def _name(common_name: str, tax_code: str = "") -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "IT"),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ]
    if tax_code:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, tax_code))
    return x509.Name(parts)


def _issue(subject, key, issuer: Identity | None, *, since, until, is_authority, signs=True) -> x509.Certificate:
    usage = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    usage |= {"key_cert_sign": True, "crl_sign": True} if is_authority else {}
    usage |= {} if is_authority else {"content_commitment" if signs else "digital_signature": True}
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    maker = issuer.key if issuer else key
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(maker.public_key()), critical=False
    )
    return builder.sign(maker, hashes.SHA256())


@cache
def authority(name: str = "Prestatore di prova") -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    certificate = _issue(_name(name), key, None, since=now - 30 * YEAR, until=now + 10 * YEAR, is_authority=True)
    return Identity(certificate, key)


@cache
def person(
    name: str = "Maria Rossi", tax_code: str = f"TINIT-{ROSSI}", *, by: str = "", since=None, until=None, signs=True
) -> Identity:
    """A signer. `since` and `until` are days from today; `signs` False makes a certificate for signing in."""
    issuer = authority(by) if by else authority()
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    period = {"since": now + timedelta(days=since or -3650), "until": now + timedelta(days=until or 365)}
    certificate = _issue(_name(name, tax_code), key, issuer, **period, is_authority=False, signs=signs)
    return Identity(certificate, key, issuer)


def pades(content: bytes, *identities: Identity) -> bytes:
    """The PDF with a signature of each added, one after the other."""
    for number, identity in enumerate(identities, start=content.count(b"/ByteRange") + 1):
        metadata = signers.PdfSignatureMetadata(
            field_name=f"Firma{number}", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        writer = IncrementalPdfFileWriter(BytesIO(content))
        content = signers.sign_pdf(writer, metadata, signer=identity.signer()).getvalue()
    return content


def cades(content: bytes, *identities: Identity, detached: bool = False) -> bytes:
    """A .p7m, in DER, that all of them signed side by side."""
    from conciliazione.kernel.signatures.certificates import run

    made = [
        run(identity.signer().async_sign_general_data(content, "sha256", detached=detached, use_cades=True))
        for identity in identities
    ]
    whole = made[0].copy()
    signed = whole["content"]
    signed["signer_infos"] = cms.SignerInfos([info for one in made for info in one["content"]["signer_infos"]])
    signed["certificates"] = cms.CertificateSet([c for one in made for c in one["content"]["certificates"]])
    return cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()


def in_base64(content: bytes, *, armoured: bool = False) -> bytes:
    text = base64.encodebytes(content)
    return b"-----BEGIN PKCS7-----\n" + text + b"-----END PKCS7-----\n" if armoured else text


def flip(content: bytes, place: int) -> bytes:
    """The same bytes but one."""
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def with_second_factor(client, person):
    """The client, signed in as the person and identified with a second factor, as allauth writes it in the session."""
    client.force_login(person)
    request = RequestFactory().get("/")
    request.session = client.session
    record_authentication(request, person, method="mfa", type="totp")
    request.session.save()
    return client


def recognise(settings, folder) -> None:
    """The authority of the tests is the only one that the portal recognises; nothing was kept before."""
    folder.mkdir(exist_ok=True)
    (folder / "prova.pem").write_bytes(authority().pem)
    settings.SIGNATURE_TRUST_ANCHORS = folder
    shutil.rmtree(settings.MEDIA_ROOT / "files", ignore_errors=True)


def kept_files(settings) -> int:
    return sum(path.is_file() for path in (settings.MEDIA_ROOT / "files").rglob("*"))


def issue(kind, record, by) -> bytes:
    """Ask for a document and get its bytes, as whoever signs does."""
    from conciliazione.kernel import documents

    with TestCase.captureOnCommitCallbacks(execute=True):
        document = documents.request_document(kind, record, by=by)
    document.refresh_from_db()
    return documents.content_of(document)


def upload(content: bytes, name="accordo-firmato.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
