"""Drives the CA with hvac, Vault's Python client, unchanged. Usage: hvac_suite.py ADDRESS ROOT TOKEN-FILE SERVICE-CSR"""

import sys

import hvac
from cryptography import x509

PKI = "pki"


def main(address, root, token_file, csr_file):
    with open(token_file, encoding="ascii") as file:
        token = file.read().strip()
    with open(csr_file, encoding="ascii") as file:
        csr = file.read()
    client = hvac.Client(url=address, token=token, verify=root)
    system(client)
    tokens(client, address, root)
    issuers(client)
    roles(client)
    serial = certificates(client, csr)
    revocation(client, serial)
    refusals(client, address, root)


def system(client):
    assert client.sys.is_initialized() is True
    assert client.sys.is_sealed() is False
    assert client.sys.read_seal_status()["version"].count(".") == 2
    health = client.sys.read_health_status(method="GET")
    assert health["initialized"] is True and health["sealed"] is False
    assert client.sys.read_health_status(method="HEAD").status_code == 200


def tokens(client, address, root):
    assert client.is_authenticated()
    me = client.auth.token.lookup_self()["data"]
    assert me["id"] == client.token and me["accessor"] != me["id"]
    assert me["ttl"] > 0 and isinstance(me["policies"], list)
    child = client.auth.token.create(policies=["auditor"], ttl="1h", display_name="suite")["auth"]
    assert child["client_token"] and child["lease_duration"] == 3600
    guest = hvac.Client(url=address, token=child["client_token"], verify=root)
    assert guest.auth.token.lookup_self()["data"]["policies"] == ["auditor"]
    assert guest.auth.token.renew_self(increment="30m")["auth"]["lease_duration"] > 0
    guest.auth.token.revoke_self()
    assert not guest.is_authenticated()


def issuers(client):
    listed = client.secrets.pki.list_issuers(mount_point=PKI)["data"]
    names = {info["issuer_name"] for info in listed["key_info"].values()}
    assert names == {"root", "devices", "services"}, names
    assert [info["issuer_name"] for info in listed["key_info"].values() if info["is_default"]] == ["devices"]
    issuer = client.secrets.pki.read_issuer("services", mount_point=PKI)["data"]
    x509.load_pem_x509_certificate(issuer["certificate"].encode())
    assert "BEGIN CERTIFICATE" in client.secrets.pki.read_ca_certificate(mount_point=PKI)
    chain = x509.load_pem_x509_certificates(client.secrets.pki.read_ca_certificate_chain(mount_point=PKI).encode())
    assert len(chain) == 2 and chain[0].issuer == chain[1].subject == chain[1].issuer


def roles(client):
    assert set(client.secrets.pki.list_roles(mount_point=PKI)["data"]["keys"]) >= {"device", "service"}
    role = client.secrets.pki.read_role("device", mount_point=PKI)["data"]
    assert role["ttl"] == 2_592_000 and role["max_ttl"] == 2_592_000, role
    assert role["client_flag"] is True and role["server_flag"] is False
    assert client.secrets.pki.read_role("service", mount_point=PKI)["data"]["ttl"] == 86_400


def certificates(client, csr):
    issued = client.secrets.pki.generate_certificate("service", "one.internal", {"ttl": "2h"}, mount_point=PKI)["data"]
    certificate = x509.load_pem_x509_certificate(issued["certificate"].encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["one.internal"]
    assert "PRIVATE KEY" in issued["private_key"] and issued["private_key_type"] in {"ec", "rsa", "ed25519"}
    assert issued["expiration"] == int(certificate.not_valid_after_utc.timestamp())

    signed = client.secrets.pki.sign_certificate("service", csr, "two.internal", mount_point=PKI)["data"]
    assert "private_key" not in signed
    serial = signed["serial_number"]
    asked = x509.load_pem_x509_csr(csr.encode()).public_key()
    assert x509.load_pem_x509_certificate(signed["certificate"].encode()).public_key() == asked
    assert certificate.serial_number != int(serial.replace(":", ""), 16)

    for spelling in (serial, serial.replace(":", "-")):
        read = client.secrets.pki.read_certificate(spelling, mount_point=PKI)["data"]
        assert read["certificate"].strip() == signed["certificate"].strip() and read["revocation_time"] == 0
    assert serial in client.secrets.pki.list_certificates(mount_point=PKI)["data"]["keys"]
    return serial


def revocation(client, serial):
    first = client.secrets.pki.revoke_certificate(serial, mount_point=PKI)["data"]
    again = client.secrets.pki.revoke_certificate(serial, mount_point=PKI)["data"]
    assert first["state"] == "revoked" and first["revocation_time"] == again["revocation_time"] > 0
    assert client.secrets.pki.read_certificate(serial, mount_point=PKI)["data"]["revocation_time"] == first["revocation_time"]
    crl = client.secrets.pki.read_crl(mount_point=PKI)
    x509.load_pem_x509_crl(crl.encode())


def refusals(client, address, root):
    refused(hvac.exceptions.InvalidRequest, "unknown role", lambda: client.secrets.pki.generate_certificate("nobody", "x.internal", mount_point=PKI))
    refused(hvac.exceptions.InvalidPath, "", lambda: client.secrets.pki.read_certificate("40:" + "00:" * 14 + "01", mount_point=PKI))
    refused(hvac.exceptions.InvalidRequest, "remedy", lambda: client.secrets.pki.generate_certificate("service", "example.com", mount_point=PKI))
    stranger = hvac.Client(url=address, token="s.stranger", verify=root)
    refused(hvac.exceptions.Forbidden, "", lambda: stranger.secrets.pki.generate_certificate("service", "x.internal", mount_point=PKI))


def refused(kind, text, call):
    try:
        call()
    except kind as refusal:
        assert text in str(refusal), refusal
        return
    raise AssertionError(f"expected {kind.__name__} with {text!r}")


if __name__ == "__main__":
    main(*sys.argv[1:])
    print("hvac: all calls answered as Vault answers them")
